import { useQueryClient } from "@tanstack/react-query";
import { useEffect, type ReactNode } from "react";
import { useNavigate } from "react-router";
import { OrderLines } from "@/features/orders/OrderLines";
import type { Order } from "@/shared/api/types";
import { useTraceUrl } from "@/shared/config";
import { formatMoney } from "@/shared/money";
import { Button, LinkButton } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { giveUp, reset, tryAgain, useCheckout } from "./checkout";
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
        title: "Thank you for your order",
        text: (
          <p role="status">
            Your card was charged {formatMoney(stage.order.totalCents, stage.order.currency)}. We will send
            your order soon.
          </p>
        ),
        actions: (
          <>
            <ToOrder order={stage.order}>View your order</ToOrder>
            <ToShop />
          </>
        ),
      };
    case "rejected":
      return {
        title: "Out of stock",
        text: (
          <p role="alert">
            There is not enough stock for your order{stage.order.reason && ` (${stage.order.reason})`}. Your
            card was not charged. Your cart is unchanged.
          </p>
        ),
        actions: (
          <>
            <LinkButton to="/cart">Change your cart</LinkButton>
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
            your card was charged, you get a refund.
          </p>
        ),
        actions: (
          <>
            <ToOrder order={stage.order}>View the order</ToOrder>
            <ToShop />
          </>
        ),
      };
    case "slow":
      return {
        title: "This is taking longer than usual",
        text: (
          <p role="status">
            {stage.during === "reserving"
              ? "Your order is placed, but we do not know yet whether everything is in stock. Your card is not charged before that."
              : "Your payment is being processed, but we do not have the result yet. Your card cannot be charged twice."}{" "}
            You can keep waiting or check your orders later.
          </p>
        ),
        actions: (
          <>
            <Button onClick={() => void tryAgain()}>Keep waiting</Button>
            <ToOrder order={stage.order}>View the order</ToOrder>
          </>
        ),
      };
    case "unreachable":
      return {
        title: "The shop is not answering",
        text: (
          <ErrorNotice
            error={stage.problem}
            title={
              stage.order
                ? "Your order is placed, but we cannot see what happens to it."
                : "We do not know yet whether we received your order."
            }
          />
        ),
        actions: (
          <>
            <p className="w-full">
              You can safely try again: if we already have your order, it is not placed a second time.
            </p>
            <Again />
          </>
        ),
      };
    case "missing":
      return {
        title: "There is no such order",
        text: <ErrorNotice error={stage.problem} title="Your account has no order with this id." />,
        actions: (
          <>
            <LinkButton to="/orders">View your orders</LinkButton>
            <ToShop />
          </>
        ),
      };
    case "stuck":
      return {
        title: "Your order cannot continue",
        text: <ErrorNotice error={stage.problem} title="The shop refused the next step." />,
        actions: (
          <>
            <Again />
            <LinkButton look="quiet" to="/orders">
              View your orders
            </LinkButton>
          </>
        ),
      };
  }
}

function Again() {
  const orderId = useCheckout((state) => state.attempt?.orderId);
  const navigate = useNavigate();
  const leave = () => {
    if (!orderId) return reset();
    giveUp();
    void navigate(`/orders/${orderId}`);
  };
  return (
    <>
      <Button onClick={() => void tryAgain()}>Try again</Button>
      <Button look="quiet" onClick={leave}>
        Give up
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
      See what your click caused in every service:{" "}
      <a href={url} className="link" target="_blank" rel="noreferrer">
        open the trace
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
      Continue shopping
    </LinkButton>
  );
}
