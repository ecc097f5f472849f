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
  const step = "flex size-11 items-center justify-center text-xl hover:text-leaf disabled:opacity-40";
  return (
    <div
      role="group"
      aria-label={`Quantity of ${of}`}
      className="inline-flex rounded-pane border border-edge bg-pane"
    >
      <button
        type="button"
        className={step}
        aria-label={`One less of ${of}`}
        disabled={value <= min}
        onClick={() => change(value - 1)}
      >
        −
      </button>
      <input
        className="w-12 bg-transparent text-center tabular-nums"
        aria-label={`Quantity of ${of}`}
        inputMode="numeric"
        value={value}
        onChange={(event) => {
          const typed = Number(event.target.value);
          if (Number.isInteger(typed)) change(Math.max(min, Math.min(max, typed)));
        }}
      />
      <button
        type="button"
        className={step}
        aria-label={`One more of ${of}`}
        disabled={value >= max}
        onClick={() => change(value + 1)}
      >
        +
      </button>
    </div>
  );
}
