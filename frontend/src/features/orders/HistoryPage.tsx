import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Order } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { usePerson } from "@/shared/session/session";
import { formatTime } from "@/shared/time";
import { LinkButton } from "@/shared/ui/Button";
import { Empty } from "@/shared/ui/Empty";
import { PagedList } from "@/shared/ui/PagedList";
import { Picture } from "@/shared/ui/Picture";
import { Skeleton } from "@/shared/ui/Skeleton";
import { historyQuery } from "./queries";
import { statuses } from "./status";
import { StatusBadge } from "./StatusBadge";

export function Component() {
  const person = usePerson();
  const history = useInfiniteQuery(historyQuery(person?.id ?? ""));
  return (
    <div className="page max-w-4xl py-10">
      <title>Your orders · Glasshouse</title>
      <h1 className="title mb-8">Your orders</h1>
      <PagedList list={history} what="order" waiting={<Waiting />} empty={<Nothing />}>
        {(orders) => (
          <ul className="grid gap-4">
            {orders.map((order) => (
              <OrderCard key={order.id} order={order} />
            ))}
          </ul>
        )}
      </PagedList>
    </div>
  );
}

function Waiting() {
  return (
    <div className="grid gap-4">
      <Skeleton className="h-32" />
      <Skeleton className="h-32" />
      <Skeleton className="h-32" />
    </div>
  );
}

function Nothing() {
  return (
    <Empty title="You have no orders yet">
      <LinkButton to="/">Start shopping</LinkButton>
    </Empty>
  );
}

const shown = 5; // pictures of an order

function OrderCard({ order }: { order: Order }) {
  const names = order.lines.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name));
  return (
    <li className="pane group relative p-5 hover:border-leaf">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 className="font-semibold">
          <Link to={`/orders/${order.id}`} className="before:absolute before:inset-0 group-hover:text-leaf">
            Order of {formatTime(order.createdAt)}
          </Link>
        </h2>
        <StatusBadge view={statuses[order.status]} />
      </div>
      <div className="mt-4 flex items-center gap-2">
        {order.lines.slice(0, shown).map((line) => (
          <Picture
            key={line.productId}
            src={line.imageUrl}
            name=""
            className="size-14 rounded-pane sm:size-16"
          />
        ))}
        {order.lines.length > shown && <span className="text-faint">+{order.lines.length - shown}</span>}
        <p className="ml-auto font-display text-xl tabular-nums">
          {formatMoney(order.totalCents, order.currency)}
        </p>
      </div>
      <p className="mt-3 truncate text-sm text-faint">{names.join(", ")}</p>
    </li>
  );
}
