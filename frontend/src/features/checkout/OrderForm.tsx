import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { usePricedCart } from "@/features/cart/priced";
import { maxPieces } from "@/features/cart/store";
import { formatMoney } from "@/shared/money";
import { useOnline } from "@/shared/online";
import { profileQuery } from "@/shared/session/profile";
import { Button, LinkButton } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Form } from "@/shared/ui/Form";
import { Picture } from "@/shared/ui/Picture";
import { Skeleton } from "@/shared/ui/Skeleton";
import { addressOf, keepTyped, readAddress, useLastAddress } from "./address";
import { AddressFields } from "./AddressFields";
import { CardFields } from "./CardFields";
import type { useTypedCard } from "./card";
import { placeOrder } from "./checkout";
import { Heading } from "./Heading";
import type { Stage } from "./stage";

interface Props {
  stage: Stage;
  userId: string;
  card: ReturnType<typeof useTypedCard>;
}

export function OrderForm({ stage, userId, card }: Props) {
  const cart = usePricedCart();
  const [address] = useState(() => addressOf(userId));
  const profile = useQuery({ ...profileQuery, enabled: !address });
  const isOnline = useOnline();
  useFreshPrices(stage);

  if (cart.lines.length === 0)
    return (
      <>
        <h1 className="title mb-8">Checkout</h1>
        <Empty title="Your cart is empty">
          <LinkButton to="/">Continue shopping</LinkButton>
        </Empty>
      </>
    );

  const send = (form: HTMLFormElement) => {
    const read = card.read();
    if (!read) return;
    const shippingAddress = readAddress(new FormData(form));
    keepTyped(userId, shippingAddress);
    useLastAddress.setState({ userId, address: shippingAddress });
    const items = cart.lines.map(({ productId, quantity }) => ({ productId, quantity }));
    void placeOrder(userId, { items, shippingAddress, expectedTotalCents: cart.total }, read);
  };
  const total = formatMoney(cart.total, cart.currency);
  return (
    <Form
      send={send}
      problem={card.problem || (stage.name === "refused" && stage.problem)}
      onChange={({ currentTarget }) => keepTyped(userId, readAddress(new FormData(currentTarget)))}
    >
      {stage.name === "form" ? <h1 className="title">Checkout</h1> : <Heading>Checkout</Heading>}
      <div className="mt-8 grid items-start gap-8 lg:grid-cols-[1fr_24rem]">
        <div className="grid gap-6">
          {stage.name === "price-changed" && (
            <div role="alert" className="rounded-pane border border-sun bg-sun-soft p-5">
              <p className="font-semibold text-sun">The price has changed. Nothing was ordered.</p>
              <p className="mt-1">
                It was {formatMoney(stage.before, cart.currency)} and is now{" "}
                {formatMoney(stage.now, cart.currency)}. If you agree, place the order again.
              </p>
            </div>
          )}
          {stage.name === "refused" && (
            <ErrorNotice error={stage.problem} title="The order was not accepted. Nothing was charged." />
          )}
          <Section title="Delivery address">
            <AddressFields
              address={address}
              name={profile.data?.name ?? ""}
              faults={stage.name === "refused" ? stage.problem.faults : []}
            />
          </Section>
          <Section title="Payment">
            <CardFields value={card.value} faults={card.faults} change={card.change} />
          </Section>
        </div>
        <section aria-labelledby="summary" className="pane p-6 lg:sticky lg:top-28">
          <div className="flex items-baseline justify-between">
            <h2 id="summary" className="heading">
              Your order
            </h2>
            <Link to="/cart" className="link">
              Change
            </Link>
          </div>
          <ul className="mt-4 grid max-h-80 gap-3 overflow-y-auto">
            {cart.lines.map(({ productId, name, product, quantity }) => (
              <li key={productId} className="flex items-center gap-3">
                {product ? (
                  <Picture src={product.imageUrl} name="" className="size-12 rounded-pane" />
                ) : (
                  <Skeleton className="size-12" />
                )}
                <span className="min-w-0 grow">
                  {product?.name ?? name} <span className="text-faint">× {quantity}</span>
                </span>
                <span className="tabular-nums">
                  {product && formatMoney(product.priceCents * quantity, product.currency)}
                </span>
              </li>
            ))}
          </ul>
          <p className="mt-4 flex justify-between border-t border-line pt-4 text-lg font-semibold">
            <span>Total</span>
            <span className="tabular-nums">{cart.isLoading ? "…" : total}</span>
          </p>
          {cart.error && (
            <div className="mt-4">
              <ErrorNotice error={cart.error} title="The prices could not be loaded." retry={cart.retry} />
            </div>
          )}
          <Button type="submit" className="mt-6 w-full" disabled={!cart.isOrderable || !isOnline}>
            Place order
          </Button>
          <p role="alert" className="mt-3 text-sm font-medium text-clay">
            {cart.isTooMany
              ? `An order may have at most ${maxPieces} pieces. Change your cart first.`
              : !cart.isLoading && !cart.error && !cart.isOrderable
                ? "Something in your cart is not available. Change your cart first."
                : ""}
          </p>
          <p className="mt-1 text-sm text-faint">
            We reserve your items first, then charge your card{cart.isLoading ? "" : ` ${total}`}. If you
            click twice, you still order once.
          </p>
        </section>
      </div>
    </Form>
  );
}

/** After a changed price the cart must show the new one. */
function useFreshPrices(stage: Stage): void {
  const client = useQueryClient();
  const isChanged = stage.name === "price-changed" || stage.name === "refused";
  useEffect(() => {
    if (isChanged) void client.invalidateQueries({ queryKey: ["products"] });
  }, [client, isChanged]);
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <fieldset className="pane p-6">
      <legend className="sr-only">{title}</legend>
      <h2 className="heading mb-5">{title}</h2>
      {children}
    </fieldset>
  );
}
