import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { CancelDialog } from "@/features/orders/CancelDialog";
import { StatusBadge } from "@/features/orders/StatusBadge";
import { statuses } from "@/features/orders/status";
import type { Order, OrderStatus } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { notify } from "@/shared/notices";
import { formatTime } from "@/shared/time";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { AdminFrame } from "./AdminFrame";
import { AdminList } from "./AdminList";
import { adminOrdersQuery, useSetStatus } from "./queries";

export function Component() {
  const [params, setParams] = useSearchParams();
  const wanted = params.get("status") ?? "";
  const status = Object.hasOwn(statuses, wanted) ? (wanted as OrderStatus) : undefined;
  const list = useInfiniteQuery(adminOrdersQuery(status));
  return (
    <AdminFrame
      title="Orders"
      action={
        <label className="flex items-center gap-3">
          <span className="font-semibold">Status</span>
          <select
            className="field"
            value={status ?? ""}
            onChange={({ target }) => setParams(target.value ? { status: target.value } : {})}
          >
            <option value="">All</option>
            {Object.entries(statuses).map(([name, { label }]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
      }
    >
      <AdminList
        list={list}
        what="order"
        empty="No such orders"
        row={(order) => <Row key={order.id} order={order} />}
      />
    </AdminFrame>
  );
}

function Row({ order }: { order: Order }) {
  const change = useSetStatus();
  const [asks, setAsks] = useState(false);
  const set = (status: "fulfilled" | "cancelled") => {
    setAsks(false);
    change.mutate({ id: order.id, status }, { onSuccess: () => notify(`The order is ${status}.`) });
  };
  const names = order.lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(", ");
  return (
    <li className="grid gap-x-6 gap-y-2 px-4 py-4 md:grid-cols-[1fr_auto_5rem_10rem] md:items-center">
      <div className="min-w-0">
        <Link to={`/orders/${order.id}`} className="font-semibold hover:text-leaf">
          {formatTime(order.createdAt)}
        </Link>
        <p className="truncate text-sm text-faint">{names}</p>
        <p className="truncate text-sm text-faint">
          <code>{order.id}</code>
        </p>
      </div>
      <p>
        <StatusBadge view={statuses[order.status]} />
      </p>
      <p className="font-semibold tabular-nums md:text-right">
        {formatMoney(order.totalCents, order.currency)}
      </p>
      <p className="flex gap-3 md:justify-end">
        {order.status === "paid" && (
          <Button
            look="quiet"
            aria-label={`Mark as sent: order ${order.id}`}
            busy={change.isPending}
            onClick={() => set("fulfilled")}
          >
            Mark as sent
          </Button>
        )}
        {statuses[order.status].canCancel && (
          <Button
            look="danger"
            aria-label={`Cancel order ${order.id}`}
            busy={change.isPending}
            onClick={() => setAsks(true)}
          >
            Cancel
          </Button>
        )}
      </p>
      {asks && (
        <CancelDialog close={() => setAsks(false)} confirm={() => set("cancelled")}>
          <p>
            The items that are reserved for it go back on sale. You cannot undo this. If the card is charged
            for this order, the customer gets all of it back.
          </p>
          <p className="mt-4">
            {names}
            <br />
            <code>{order.id}</code>
          </p>
        </CancelDialog>
      )}
      {change.isError && (
        <div className="md:col-span-4">
          <ErrorNotice
            error={change.error}
            title="The status was not changed."
            unknown="We do not know whether the status was changed. Look at it before you repeat it."
          />
        </div>
      )}
    </li>
  );
}
