import { useState } from "react";
import { maxQuantity } from "./store";

interface Props {
  value: number;
  /** Of which product: for those who do not see the picture beside it. */
  of: string;
  min?: number;
  max?: number;
  change: (quantity: number) => void;
}

export function Quantity({ value, of, min = 1, max = maxQuantity, change }: Props) {
  /** What stands in the field while somebody types there; it may be nothing, or more than there is. */
  const [typed, setTyped] = useState<string | null>(null);
  const type = (text: string) => {
    if (/\D/.test(text)) return;
    setTyped(text);
    if (text) change(Math.max(min, Math.min(max, Number(text))));
  };
  return (
    <div
      role="group"
      aria-label={`Quantity of ${of}`}
      className="inline-flex rounded-pane border border-edge bg-pane"
    >
      <Step name={`One less of ${of}`} sign="−" isEnd={value <= min} go={() => change(value - 1)} />
      <input
        className="w-12 bg-transparent text-center tabular-nums"
        aria-label={`Quantity of ${of}`}
        inputMode="numeric"
        value={typed ?? value}
        onChange={(event) => type(event.target.value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => event.key === "Enter" && setTyped(null)}
      />
      <Step name={`One more of ${of}`} sign="+" isEnd={value >= max} go={() => change(value + 1)} />
    </div>
  );
}

/** At the end it does nothing, but is not `disabled`: the focus would be lost. */
function Step({ name, sign, isEnd, go }: { name: string; sign: string; isEnd: boolean; go: () => void }) {
  return (
    <button
      type="button"
      className="flex size-11 items-center justify-center text-xl hover:text-leaf aria-disabled:cursor-not-allowed aria-disabled:opacity-40"
      aria-label={name}
      aria-disabled={isEnd}
      onClick={() => !isEnd && go()}
    >
      {sign}
    </button>
  );
}
