import { TextField } from "@/shared/ui/Field";
import { filledWith, spaced, testCards, type TypedCard } from "./testCards";

interface Props {
  value: TypedCard;
  faults: Partial<TypedCard>;
  change: (card: TypedCard) => void;
}

export function CardFields({ value, faults, change }: Props) {
  const typed = value.number.replace(/\D/g, "");
  const chosen = testCards.find(({ number }) => number === typed);
  return (
    <div className="grid gap-5">
      <div role="group" aria-labelledby="test-cards" className="rounded-pane bg-leaf-soft p-4">
        <p id="test-cards" className="font-semibold">
          Test cards
        </p>
        <p className="text-sm text-faint">
          This shop takes no real cards. Choose one of these to fill in the form:
        </p>
        <div className="mt-3 flex flex-wrap gap-2">
          {testCards.map(({ number, name, does }) => {
            const isChosen = number === typed;
            return (
              <button
                key={number}
                type="button"
                aria-pressed={isChosen}
                title={`${spaced(number)}: ${does}`}
                onClick={() => change(filledWith(number))}
                className={`min-h-11 rounded-full border px-4 text-sm font-semibold ${
                  isChosen
                    ? "border-leaf bg-leaf text-on-leaf"
                    : "border-edge bg-pane hover:border-leaf hover:text-leaf"
                }`}
              >
                {name}
              </button>
            );
          })}
        </div>
        <p className="mt-3 text-sm" aria-live="polite">
          {chosen ? `This card ${chosen.does}.` : "Each card leads to another result."}
        </p>
      </div>
      <TextField
        label="Card number"
        name="card-number"
        inputMode="numeric"
        autoComplete="off"
        value={value.number}
        fault={faults.number}
        onChange={(event) => change({ ...value, number: spaced(event.target.value) })}
      />
      <div className="grid grid-cols-2 gap-5">
        <TextField
          label="Expiry"
          name="card-expiry"
          placeholder="MM/YY"
          autoComplete="off"
          value={value.expiry}
          fault={faults.expiry}
          onChange={(event) => change({ ...value, expiry: event.target.value })}
        />
        <TextField
          label="Security code"
          name="card-cvc"
          inputMode="numeric"
          maxLength={4}
          autoComplete="off"
          value={value.cvc}
          fault={faults.cvc}
          onChange={(event) => change({ ...value, cvc: event.target.value })}
        />
      </div>
    </div>
  );
}
