import { useQuery } from "@tanstack/react-query";
import { useEffect, type MouseEvent } from "react";
import { Link } from "react-router";
import { OrderLines } from "@/features/orders/OrderLines";
import { orderQuery } from "@/features/orders/queries";
import { reservedUntil, statuses } from "@/features/orders/status";
import type { ApiError } from "@/shared/api/problem";
import { formatMoney } from "@/shared/money";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Form } from "@/shared/ui/Form";
import { CardFields } from "./CardFields";
import { useTypedCard } from "./card";
import { giveUp, payWith, tryAgain } from "./checkout";
import { Heading } from "./Heading";
import type { Stage } from "./stage";

function notAccepted({ faults: [fault] }: ApiError): string {
  return `The card was not accepted${fault ? ` (${fault.message})` : ""}. Your card was not charged.`;
}

/** An order that is reserved and not paid: the card was declined, or is not known any more. */
export function PaymentForm({ stage }: { stage: Extract<Stage, { name: "unpaid" | "declined" }> }) {
  const card = useTypedCard();
  const { order } = stage;
  const until = reservedUntil(order);
  const wasLost = stage.name === "declined" && stage.reason === "unknown_to_provider";
  useEnd(order.id);
  const send = () => {
    const read = card.read();
    if (read) void payWith(read);
  };
  return (
    <div className="grid items-start gap-8 lg:grid-cols-[1fr_24rem]">
      <div>
        {stage.name === "declined" ? (
          <>
            <Heading>{wasLost ? "Your card was not charged" : "Your card was declined"}</Heading>
            <p role="alert" className="mt-4 text-lg">
              {wasLost ? "The payment provider did not get the payment" : "Your card was not charged"}
              {!wasLost && stage.reason && ` (${stage.reason.replaceAll("_", " ")})`}. Your items are reserved
              until {until}. {wasLost ? "Pay again." : "Try another card."}
            </p>
          </>
        ) : (
          <>
            <Heading>Pay for your order</Heading>
            <p className="mt-4 text-lg">Your items are reserved until {until}. Pay to complete the order.</p>
            {stage.problem && (
              <div className="mt-4">
                <ErrorNotice error={stage.problem} title={notAccepted(stage.problem)} />
              </div>
            )}
          </>
        )}
        <Form send={send} problem={card.problem} className="pane mt-8 grid gap-6 p-6" aria-label="Payment">
          <CardFields value={card.value} faults={card.faults} change={card.change} />
          <Button type="submit">Pay {formatMoney(order.totalCents, order.currency)}</Button>
        </Form>
        <p className="mt-6 text-faint">
          Not now? Until {until} you can pay or cancel in{" "}
          <Link to={`/orders/${order.id}`} className="link" onClick={(event) => isHere(event) && giveUp()}>
            your orders
          </Link>
          .
        </p>
      </div>
      <section aria-labelledby="ordered" className="pane px-6 pt-6">
        <h2 id="ordered" className="heading mb-2">
          Your order
        </h2>
        <OrderLines order={order} />
      </section>
    </div>
  );
}

/** Not in a new tab or window. */
function isHere({ altKey, ctrlKey, metaKey, shiftKey }: MouseEvent): boolean {
  return !(altKey || ctrlKey || metaKey || shiftKey);
}

/** The order may be paid in another tab, or cancelled: then there is nothing to pay here. */
function useEnd(orderId: string): void {
  const { data } = useQuery(orderQuery(orderId));
  const isFinal = data && statuses[data.status].isFinal;
  useEffect(() => {
    if (isFinal) void tryAgain();
  }, [isFinal]);
}
