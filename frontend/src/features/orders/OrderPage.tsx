import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { api, data } from "@/shared/api/client";
import { ApiError } from "@/shared/api/problem";
import type { Order } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { formatTime } from "@/shared/time";
import { Button, LinkButton } from "@/shared/ui/Button";
import { CopyButton } from "@/shared/ui/CopyButton";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Ids } from "@/shared/ui/Ids";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Address } from "./Address";
import { OrderLines } from "./OrderLines";
import { orderQuery, paymentsQuery } from "./queries";
import { StatusBadge } from "./StatusBadge";
import { statuses } from "./status";

export function Component() {
  const { id = "" } = useParams();
  const { data: order, error, isPending, refetch } = useQuery(orderQuery(id));
  return (
    <div className="page max-w-5xl py-10">
      <title>Your order · Glasshouse</title>
      <Link to="/orders" className="link">
        All orders
      </Link>
      {isPending && (
        <div className="mt-4 grid gap-4">
          <Loading what="the order" />
          <Skeleton className="h-12 w-2/3" />
          <Skeleton className="h-72" />
        </div>
      )}
      {error && !order && <Failed error={error} retry={() => void refetch()} />}
      {order && <Details order={order} stale={error} />}
    </div>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const problem = error instanceof ApiError && [404, 422].includes(error.status) ? error : undefined;
  return (
    <>
      <h1 className="title mt-4 mb-6">
        {problem ? "There is no such order" : "Your order could not be loaded"}
      </h1>
      {problem ? (
        <>
          <p className="text-lg text-faint">Not with this account, at least.</p>
          <Ids requestId={problem.requestId} traceId={problem.traceId} />
        </>
      ) : (
        <ErrorNotice error={error} retry={retry} />
      )}
    </>
  );
}

function Details({ order, stale }: { order: Order; stale: unknown }) {
  const status = statuses[order.status];
  return (
    <>
      <h1 className="title mt-4">Order of {formatTime(order.createdAt, "day")}</h1>
      <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2" role="status">
        <StatusBadge status={order.status} />
        <p>{status.meaning}</p>
      </div>
      {stale !== null && (
        <p className="mt-3 text-sun">The order service does not answer at the moment; this may be old.</p>
      )}
      <div className="mt-8 grid items-start gap-8 md:grid-cols-[1fr_20rem]">
        <section aria-labelledby="things" className="pane px-5 pt-5">
          <h2 id="things" className="heading mb-2">
            What you ordered
          </h2>
          <OrderLines order={order} />
        </section>
        <div className="grid gap-6">
          {(status.canPay || status.canCancel) && (
            <div className="grid gap-3">
              {status.canPay && <LinkButton to={`/checkout/${order.id}`}>Pay now</LinkButton>}
              {status.canCancel && <CancelOrder order={order} />}
            </div>
          )}
          <Payments order={order} />
          {order.shippingAddress && (
            <section className="pane p-5">
              <h2 className="mb-2 font-semibold">Goes to</h2>
              <Address address={order.shippingAddress} />
            </section>
          )}
          <section className="pane p-5 text-sm">
            <h2 className="mb-2 text-base font-semibold">See through it</h2>
            <p className="text-faint">Every trace and log line of this order is found by its id:</p>
            <p className="mt-2 flex items-start gap-2">
              <code className="break-all">{order.id}</code>
              <CopyButton text={order.id} what="order id" />
            </p>
          </section>
        </div>
      </div>
    </>
  );
}

function Payments({ order }: { order: Order }) {
  const { data: payments } = useQuery(paymentsQuery(order.id, order.status));
  if (!payments) return null;
  return (
    <section className="pane p-5">
      <h2 className="mb-2 font-semibold">Payments</h2>
      <ul className="grid gap-3">
        {payments.attempts.map((payment) => (
          <li key={payment.id} className="text-sm">
            <p className="flex justify-between gap-4">
              <span>
                <span className="capitalize">{payment.card.brand}</span> ending in {payment.card.last4}
              </span>
              <span className="tabular-nums">{formatMoney(payment.amountCents, payment.currency)}</span>
            </p>
            <p className="text-faint">
              {paymentStates[payment.status]}, {formatTime(payment.updatedAt)}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

const paymentStates = {
  processing: "Under way",
  succeeded: "Charged",
  failed: "Declined, nothing charged",
  refunding: "Being paid back",
  refunded: "Paid back",
};

function CancelOrder({ order }: { order: Order }) {
  const [asks, setAsks] = useState(false);
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () =>
      data(
        api.PUT("/api/orders/{order_id}/status", {
          params: { path: { order_id: order.id } },
          body: { status: "cancelled" },
        }),
      ),
    onSuccess: (cancelled) => {
      client.setQueryData(orderQuery(order.id).queryKey, cancelled);
      void client.invalidateQueries({ queryKey: ["orders"] });
      setAsks(false);
    },
    onError: () => void client.invalidateQueries({ queryKey: ["orders"] }),
  });
  return (
    <>
      <Button look="danger" onClick={() => setAsks(true)}>
        Cancel order
      </Button>
      {asks && (
        <Dialog title="Cancel this order?" close={() => setAsks(false)}>
          <p>What is reserved for you goes back to the shop. This cannot be undone.</p>
          {cancel.isError && (
            <div className="mt-4">
              <ErrorNotice error={cancel.error} title="It could not be cancelled." />
            </div>
          )}
          <div className="mt-6 flex flex-wrap justify-end gap-3">
            <Button look="quiet" onClick={() => setAsks(false)}>
              Keep it
            </Button>
            <Button look="danger" busy={cancel.isPending} onClick={() => cancel.mutate()}>
              Yes, cancel it
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}
