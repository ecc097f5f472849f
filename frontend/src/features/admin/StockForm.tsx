import type { FormEvent } from "react";
import { ApiError } from "@/shared/api/problem";
import type { Product } from "@/shared/api/types";
import { notify } from "@/shared/notices";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/Field";
import { useChangeStock } from "./queries";

/** What comes in or goes out; what is reserved cannot be taken. */
export function StockForm({ product, done }: { product: Product; done: () => void }) {
  const change = useChangeStock();
  const isTooMuch = change.error instanceof ApiError && change.error.status === 409;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const delta = Number(new FormData(event.currentTarget).get("delta"));
    change.mutate(
      { id: product.id, delta },
      {
        onSuccess: ({ stock }) => {
          notify(`${product.name}: ${stock} available.`);
          done();
        },
      },
    );
  };
  return (
    <form onSubmit={submit} className="grid gap-5">
      <p>
        Available now: <strong className="tabular-nums">{product.stock}</strong>
      </p>
      <TextField
        label="Change by"
        name="delta"
        type="number"
        step={1}
        min={-1000000}
        max={1000000}
        hint="20 for twenty that came in, -5 for five that went out."
        fault={isTooMuch ? "That is more than the stock that is not reserved." : undefined}
      />
      {change.error && !isTooMuch && <ErrorNotice error={change.error} title="The stock was not changed." />}
      <div className="flex justify-end gap-3">
        <Button look="quiet" onClick={done}>
          Leave as it was
        </Button>
        <Button type="submit" busy={change.isPending}>
          Change stock
        </Button>
      </div>
    </form>
  );
}
