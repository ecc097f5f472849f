import { useState } from "react";
import type { Card } from "@/shared/api/types";
import { readCard, type TypedCard } from "./testCards";

/** The card as it is being typed. It is kept in this component, and nowhere else. */
export function useTypedCard() {
  const [value, setValue] = useState<TypedCard>({ number: "", expiry: "", cvc: "" });
  /** What was wrong when it was read the last time; another card is another. */
  const [found, setFound] = useState<{ in: TypedCard; faults: Partial<TypedCard> }>();
  return {
    value,
    faults: found?.in === value ? found.faults : {},
    /** Another one each time that something is wrong with it. */
    problem: found,
    change: setValue,
    /** The card, or undefined after showing what is wrong with it. */
    read: (): Card | undefined => {
      const read = readCard(value);
      if ("card" in read) return read.card;
      setFound({ in: value, faults: read.faults });
      return undefined;
    },
  };
}
