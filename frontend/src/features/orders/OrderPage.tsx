import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Link, useParams } from "react-router";
import { api, data } from "@/shared/api/client";
import { ApiError } from "@/shared/api/problem";
import type { Order, Payments } from "@/shared/api/types";
import { usePerson } from "@/shared/session/session";
import { formatTime } from "@/shared/time";
import { Button, LinkButton } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Ids } from "@/shared/ui/Ids";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { Address } from "./Address";
import { CancelDialog } from "./CancelDialog";
import { OrderLines } from "./OrderLines";
import { orderQuery, paymentsQuery, timelineQuery } from "./queries";
import { SeeThrough } from "./SeeThrough";
import { StatusBadge } from "./StatusBadge";
import { reservedUntil, statuses, viewOf } from "./status";
import { Timeline } from "./Timeline";

export function Component() {
  const { id = "" } = useParams();
  const { data: order, error, isPending, refetch } = useQuery(orderQuery(id));
  return (
    <div className="page max-w-6xl py-8 sm:py-10">
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
      {order && <Details key={order.id} order={order} stale={error} />}
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
          <p className="text-lg text-faint">Your account has no order with this id.</p>
          <Ids requestId={problem.requestId} traceId={problem.traceId} />
        </>
      ) : (
        <ErrorNotice error={error} retry={retry} />
      )}
    </>
  );
}

function Details({ order, stale }: { order: Order; stale: unknown }) {
  const person = usePerson();
  const payments = useQuery({
    ...paymentsQuery(order.id, order.status),
    placeholderData: keepPreviousData,
  });
  const isPaymentKnown = payments.data !== undefined && !payments.isPlaceholderData;
  const hasFailed = payments.failureCount + payments.errorUpdateCount > 0;
  const view = viewOf(order.status, payments.data, hasFailed && !isPaymentKnown);
  const canPay = view.canPay && person?.id === order.userId; // an admin sees orders of others
  const heading = useFocusAfter(view.canCancel);
  return (
    <>
      <h1 ref={heading} tabIndex={-1} className="title mt-4 outline-none">
        Order of {formatTime(order.createdAt, "day")}
      </h1>
      <div className="mt-5 flex flex-wrap items-center gap-x-4 gap-y-2" role="status">
        <StatusBadge view={view} />
        <p>
          {canPay && `Everything is reserved for you until ${reservedUntil(order)}. `}
          {view.meaning}
        </p>
      </div>
      {stale !== null && (
        <p className="mt-3 text-sun">The order service is not answering, so this may be out of date.</p>
      )}
      {view.canCancel && (
        <div className="mt-5 flex flex-wrap gap-3">
          {canPay &&
            (isPaymentKnown ? (
              <LinkButton to={`/checkout/${order.id}`}>Pay now</LinkButton>
            ) : (
              <Skeleton className="h-11 w-28" />
            ))}
          <CancelOrder order={order} isCharged={view !== statuses[order.status]} />
        </div>
      )}
      {/* On a phone: what happened, what was ordered, how to look inside; else the second stands beside the others. */}
      <div className="mt-8 grid items-start gap-6 lg:grid-cols-[1fr_24rem] lg:grid-rows-[auto_1fr]">
        <Story order={order} payments={payments.data} />
        <div className="grid gap-6 max-lg:order-1 lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <section aria-labelledby="things" className="pane px-5 pt-5">
            <h2 id="things" className="heading mb-2">
              What you ordered
            </h2>
            <OrderLines order={order} />
          </section>
          {order.shippingAddress && (
            <section className="pane p-5">
              <h2 className="mb-2 font-semibold">Delivery address</h2>
              <Address address={order.shippingAddress} />
            </section>
          )}
        </div>
      </div>
    </>
  );
}

/** A heading that takes the focus when the buttons below it have gone, and the focus with them. */
function useFocusAfter(hasButtons: boolean) {
  const heading = useRef<HTMLHeadingElement>(null);
  const had = useRef(hasButtons);
  useEffect(() => {
    if (had.current && !hasButtons && document.activeElement === document.body)
      heading.current?.focus({ preventScroll: true });
    had.current = hasButtons;
  }, [hasButtons]);
  return heading;
}

/** What happened, and the ways to look at it from inside. */
function Story({ order, payments }: { order: Order; payments: Payments | null | undefined }) {
  const {
    data: history,
    error,
    refetch,
  } = useQuery({ ...timelineQuery(order), placeholderData: keepPreviousData });
  if (history)
    return (
      <>
        <Timeline status={order.status} history={history} payments={payments} />
        <div className="min-w-0 max-lg:order-2 lg:col-start-1">
          <SeeThrough history={history} />
        </div>
      </>
    );
  if (error)
    return (
      <ErrorNotice error={error} title="What happened could not be loaded." retry={() => void refetch()} />
    );
  return (
    <>
      <Loading what="what happened" />
      <Skeleton className="h-96" />
    </>
  );
}

function CancelOrder({ order, isCharged }: { order: Order; isCharged: boolean }) {
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
        <CancelDialog busy={cancel.isPending} close={() => setAsks(false)} confirm={() => cancel.mutate()}>
          <p>
            The items that are reserved for you go back on sale. You cannot undo this.
            {isCharged && " If your card is charged for this order, you get all of it back."}
          </p>
          {cancel.isError && (
            <div className="mt-4">
              <ErrorNotice error={cancel.error} title="The order could not be cancelled." />
            </div>
          )}
        </CancelDialog>
      )}
    </>
  );
}
