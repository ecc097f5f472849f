import type { MouseEvent } from "react";
import { Link } from "react-router";
import { formatMoney } from "@/shared/money";
import { notify } from "@/shared/notices";
import { plural } from "@/shared/plural";
import { Button, LinkButton } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Picture } from "@/shared/ui/Picture";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { usePricedCart, type PricedLine } from "./priced";
import { Quantity } from "./Quantity";
import { count, maxPieces, maxQuantity, setQuantity } from "./store";

export function Component() {
  const cart = usePricedCart();
  const obstacle = cart.isTooMany
    ? `An order may have at most ${maxPieces} pieces.`
    : !cart.isLoading && !cart.error && "Change the items marked in red first.";
  return (
    <div className="page py-10">
      <title>Your cart · Glasshouse</title>
      <h1 id="cart" tabIndex={-1} className="title">
        Your cart
      </h1>
      {cart.lines.length === 0 ? (
        <div className="mt-8">
          <Empty title="Your cart is empty">
            <LinkButton to="/">Continue shopping</LinkButton>
          </Empty>
        </div>
      ) : (
        <div className="mt-8 grid items-start gap-8 lg:grid-cols-[1fr_22rem]">
          <div className="grid gap-4">
            {cart.error && (
              <ErrorNotice error={cart.error} title="The prices could not be loaded." retry={cart.retry} />
            )}
            <ul className="panes">
              {cart.lines.map((line) => (
                <CartLine key={line.productId} line={line} />
              ))}
            </ul>
          </div>
          <section aria-labelledby="summary" className="pane p-6 lg:sticky lg:top-28">
            <h2 id="summary" className="heading">
              Summary
            </h2>
            <dl className="mt-4 grid gap-2">
              <Row name={plural(count(cart.lines), "item")}>
                {cart.isLoading ? "…" : formatMoney(cart.total, cart.currency)}
              </Row>
              <Row name="Delivery">Free</Row>
              <div className="mt-2 flex items-baseline justify-between border-t border-line pt-4 text-lg font-semibold">
                <dt>Total</dt>
                <dd className="tabular-nums">
                  {cart.isLoading ? "…" : formatMoney(cart.total, cart.currency)}
                </dd>
              </div>
            </dl>
            {cart.isOrderable ? (
              <LinkButton to="/checkout" className="mt-6 w-full">
                Go to checkout
              </LinkButton>
            ) : (
              <>
                <Button disabled className="mt-6 w-full">
                  Go to checkout
                </Button>
                <p role="status" className="mt-3 text-sm text-clay">
                  {obstacle}
                </p>
              </>
            )}
            <Link to="/" className="link mt-4 block text-center">
              Continue shopping
            </Link>
          </section>
        </div>
      )}
    </div>
  );
}

function CartLine({ line }: { line: PricedLine }) {
  const { product, productId, quantity, gone } = line;
  const name = product?.name ?? line.name;
  const remove = (event: MouseEvent<HTMLElement>) => {
    const next = event.currentTarget.closest("li")?.nextElementSibling;
    (next?.querySelector<HTMLElement>("[data-name]") ?? document.getElementById("cart"))?.focus();
    setQuantity(productId, 0);
    notify(`${name} is removed from your cart.`);
  };
  return (
    <li className="grid grid-cols-[4rem_1fr] gap-x-4 gap-y-2 p-4 sm:grid-cols-[7rem_1fr_auto] sm:gap-6">
      {product ? (
        <Link to={`/products/${productId}`} tabIndex={-1} aria-hidden="true">
          <Picture src={product.imageUrl} name="" className="rounded-pane" />
        </Link>
      ) : (
        <Skeleton className="aspect-square" />
      )}
      <div className="min-w-0">
        <Link to={`/products/${productId}`} data-name className="text-lg font-semibold hover:text-leaf">
          {name}
        </Link>
        <p className="text-faint tabular-nums">
          {product && formatMoney(product.priceCents, product.currency)}
        </p>
        {!product && !gone && <Loading what={name} />}
        {gone && <p className="font-medium text-clay">We no longer sell this.</p>}
        {product && product.stock < quantity && (
          <p className="font-medium text-clay">
            {product.stock === 0 ? "Sold out." : `Only ${product.stock} left.`}
          </p>
        )}
        <div className="mt-3 flex flex-wrap items-center gap-x-3 sm:gap-x-4">
          {!gone && (
            <Quantity
              value={quantity}
              of={name}
              max={Math.max(1, Math.min(maxQuantity, product?.stock ?? maxQuantity))}
              change={(next) => setQuantity(productId, next)}
            />
          )}
          <button type="button" className="link min-h-11" aria-label={`Remove ${name}`} onClick={remove}>
            Remove
          </button>
        </div>
      </div>
      <p className="col-start-2 text-lg font-semibold tabular-nums sm:col-start-3 sm:text-right">
        {product && formatMoney(product.priceCents * quantity, product.currency)}
      </p>
    </li>
  );
}

function Row({ name, children }: { name: string; children: string }) {
  return (
    <div className="flex items-baseline justify-between">
      <dt className="text-faint">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}
