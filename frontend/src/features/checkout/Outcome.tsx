import { useQueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { OrderLines } from "@/features/orders/OrderLines";
import type { Order } from "@/shared/api/types";
import { useTraceUrl } from "@/shared/config";
import { formatMoney } from "@/shared/money";
import { Button, LinkButton } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { reset, tryAgain, useCheckout } from "./checkout";
import { Heading } from "./Heading";
import type { Stage } from "./stage";

type Ended = Extract<
  Stage,
  { name: "paid" | "rejected" | "cancelled" | "slow" | "unreachable" | "missing" | "stuck" }
>;

/** How a checkout ended, or why it is not known how. */
export function Outcome({ stage }: { stage: Stage }) {
  useFreshStock(stage);
  const shown = contentOf(stage as Ended);
  const order = "order" in stage ? stage.order : undefined;
  return (
    <div className="mx-auto max-w-2xl py-6">
      <Heading>{shown.title}</Heading>
      <div className="mt-4 text-lg">{shown.text}</div>
      <div className="mt-8 flex flex-wrap gap-3">{shown.actions}</div>
      <SeeThrough />
      {order && (
        <section aria-label="Your order" className="pane mt-10 px-6 pt-3">
          <OrderLines order={order} />
        </section>
      )}
    </div>
  );
}

function contentOf(stage: Ended): { title: string; text: ReactNode; actions: ReactNode } {
  switch (stage.name) {
    case "paid":
      return {
        title: "Thank you, it is yours",
        text: (
          <p role="status">
            Your card was charged {formatMoney(stage.order.totalCents, stage.order.currency)}. The order is
            paid and will be sent soon.
          </p>
        ),
        actions: (
          <>
            <ToOrder order={stage.order}>See your order</ToOrder>
            <ToShop />
          </>
        ),
      };
    case "rejected":
      return {
        title: "Somebody was faster",
        text: (
          <p role="alert">
            There is not enough left of what you ordered{stage.order.reason && ` (${stage.order.reason})`}.
            Nothing was charged. Your cart is as it was.
          </p>
        ),
        actions: (
          <>
            <LinkButton to="/cart">Change the cart</LinkButton>
            <ToShop />
          </>
        ),
      };
    case "cancelled":
      return {
        title: "The order was cancelled",
        text: (
          <p role="alert">
            It was cancelled before its payment arrived{stage.order.reason && ` (${stage.order.reason})`}. If
            your card was charged, it is paid back.
          </p>
        ),
        actions: (
          <>
            <ToOrder order={stage.order}>See the order</ToOrder>
            <ToShop />
          </>
        ),
      };
    case "slow":
      return {
        title: "This takes longer than usual",
        text: (
          <p role="status">
            {stage.during === "reserving"
              ? "Your order is placed, but we do not hear yet whether everything is in stock. Nothing is charged before that."
              : "Your payment is under way, but we do not hear yet how it ended. It cannot be charged twice."}{" "}
            You can wait on, or look into your orders later.
          </p>
        ),
        actions: (
          <>
            <Button onClick={() => void tryAgain()}>Wait on</Button>
            <ToOrder order={stage.order}>See the order</ToOrder>
          </>
        ),
      };
    case "unreachable":
      return {
        title: "The shop does not answer",
        text: (
          <ErrorNotice
            error={stage.problem}
            title={
              stage.order
                ? "Your order is placed, but we cannot hear how it goes on."
                : "We do not know yet whether your order arrived."
            }
          />
        ),
        actions: (
          <>
            <p className="w-full">
              Trying again sends exactly the same: if your order has arrived, it is found and not placed a
              second time.
            </p>
            <Again />
          </>
        ),
      };
    case "missing":
      return {
        title: "There is no such order",
        text: <ErrorNotice error={stage.problem} title="Not with this account, at least." />,
        actions: (
          <>
            <LinkButton to="/orders">See your orders</LinkButton>
            <ToShop />
          </>
        ),
      };
    case "stuck":
      return {
        title: "Your order does not go on",
        text: <ErrorNotice error={stage.problem} title="The shop refused what comes next." />,
        actions: (
          <>
            <Again />
            <LinkButton look="quiet" to="/orders">
              See your orders
            </LinkButton>
          </>
        ),
      };
  }
}

function Again() {
  return (
    <>
      <Button onClick={() => void tryAgain()}>Try again</Button>
      <Button look="quiet" onClick={reset}>
        Give up this attempt
      </Button>
    </>
  );
}

/** What was bought or found sold out is not in stock as before; the history has a new order. */
function useFreshStock(stage: Stage): void {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["products"] });
    void client.invalidateQueries({ queryKey: ["orders"] });
  }, [client, stage]);
}

/** What happened behind it, from the first click on. */
function SeeThrough() {
  const traceId = useCheckout((state) => state.traceId);
  const url = useTraceUrl(traceId);
  if (!url) return null;
  return (
    <p className="mt-6 text-faint">
      This is a shop you can see through:{" "}
      <a href={url} className="link" target="_blank" rel="noreferrer">
        look at everything your click caused
      </a>
      .
    </p>
  );
}

function ToOrder({ order, children }: { order: Order; children: string }) {
  return <LinkButton to={`/orders/${order.id}`}>{children}</LinkButton>;
}

function ToShop() {
  return (
    <LinkButton look="quiet" to="/">
      Back to the shop
    </LinkButton>
  );
}
