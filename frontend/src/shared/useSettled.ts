import { useEffect, useState } from "react";

/** The value once it has not changed for a moment: not every letter is a question. */
export function useSettled(value: string): string {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value ? 180 : 0);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
