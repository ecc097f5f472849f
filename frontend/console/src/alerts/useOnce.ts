import { useState } from "react";

/**
 * Does something, and then what has to follow; until both have ended, a second click does nothing. A state of React is
 * there before the next click is handled; that of a mutation of TanStack Query comes only with the next timer.
 */
export function useOnce<Given>(act: (given: Given) => Promise<unknown>, then: () => Promise<unknown>) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState("");
  const start = (given: Given) => {
    if (isBusy) return;
    setIsBusy(true);
    setError("");
    act(given)
      .then(() => then())
      .catch((failure: Error) => setError(failure.message))
      .finally(() => setIsBusy(false));
  };
  return { start, isBusy, error };
}
