import { useState } from "react";
import type { Card } from "@/shared/api/types";
import { readCard, type TypedCard } from "./testCards";

/** The card as it is being typed. It is kept in this component, and nowhere else. */
export function useTypedCard() {
  const [value, setValue] = useState<TypedCard>({ number: "", expiry: "", cvc: "" });
  const [faults, setFaults] = useState<Partial<TypedCard>>({});
  return {
    value,
    faults,
    /** Something is wrong with it. */
    problem: Object.keys(faults).length > 0 && faults,
    change: (typed: TypedCard) => {
      setValue(typed);
      setFaults({});
    },
    /** The card, or undefined after showing what is wrong with it. */
    read: (): Card | undefined => {
      const read = readCard(value);
      if ("card" in read) return read.card;
      setFaults(read.faults);
      return undefined;
    },
  };
}
