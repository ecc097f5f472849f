import { useQuery } from "@tanstack/react-query";
import { ApiError } from "@/shared/api/problem";
import { productQuery } from "@/shared/api/queries";
import type { Product } from "@/shared/api/types";
import { notify } from "@/shared/notices";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/Field";
import { Form } from "@/shared/ui/Form";
import { useChangeStock } from "./queries";
import { useIdempotencyKey } from "./repeats";

/** What comes in or goes out; what is reserved cannot be taken. */
export function StockForm({ product, done }: { product: Product; done: () => void }) {
  const change = useChangeStock();
  const keyOf = useIdempotencyKey();
  /** Read again after each change, also after one whose answer was lost. */
  const now = useQuery({ ...productQuery(product.id), staleTime: 0 });
  const isTooMuch = change.error instanceof ApiError && change.error.status === 409;
  const send = (form: HTMLFormElement) => {
    const delta = Number(new FormData(form).get("delta"));
    change.mutate(
      { id: product.id, key: keyOf(delta), delta },
      {
        onSuccess: ({ stock }) => {
          notify(`${product.name}: ${stock} available.`);
          done();
        },
      },
    );
  };
  return (
    <Form send={send} problem={change.error} className="grid gap-5">
      <p>
        Available now:{" "}
        <strong className="tabular-nums">{now.isError ? "not known" : (now.data ?? product).stock}</strong>
      </p>
      <TextField
        label="Change by"
        name="delta"
        type="number"
        step={1}
        min={-1000000}
        max={1000000}
        hint="20 adds twenty, -5 takes five away."
        fault={
          isTooMuch
            ? "That is more than is available. What is reserved for orders cannot be taken."
            : undefined
        }
      />
      {change.error && !isTooMuch && (
        <ErrorNotice
          error={change.error}
          title="The stock was not changed."
          unknown="We do not know whether the stock was changed. Send it again: the same change is made only once."
        />
      )}
      <div className="flex justify-end gap-3">
        <Button look="quiet" onClick={done}>
          Cancel
        </Button>
        <Button type="submit" busy={change.isPending}>
          Change stock
        </Button>
      </div>
    </Form>
  );
}
