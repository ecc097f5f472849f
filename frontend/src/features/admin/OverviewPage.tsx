import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { statuses } from "@/features/orders/status";
import { useTools } from "@/shared/config";
import { formatMoney, shopCurrency } from "@/shared/money";
import { plural } from "@/shared/plural";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Picture } from "@/shared/ui/Picture";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { AdminFrame } from "./AdminFrame";
import { lowStockQuery, statisticsQuery } from "./queries";

/** How the shop is doing: orders by state, revenue, what runs out, and where to look closer. */
export function Component() {
  return (
    <AdminFrame title="Overview">
      <div className="grid gap-8">
        <Numbers />
        <div className="grid items-start gap-8 lg:grid-cols-[1fr_22rem]">
          <LowStock />
          <LookCloser />
        </div>
      </div>
    </AdminFrame>
  );
}

function Numbers() {
  const { data, error, refetch } = useQuery(statisticsQuery);
  if (!data)
    return error ? (
      <ErrorNotice error={error} title="The numbers could not be loaded." retry={() => void refetch()} />
    ) : (
      <>
        <Loading what="the numbers" />
        <Skeleton className="h-64" />
      </>
    );
  return (
    <>
      <section aria-labelledby="revenue">
        <h2 id="revenue" className="heading mb-3">
          Revenue
        </h2>
        <dl className="panes grid-cols-1 sm:grid-cols-2">
          {[1, 7].map((days) => {
            const entries = data.revenue.filter((entry) => entry.days === days);
            return (
              <div key={days} className="p-5">
                <dt className="text-faint">{days === 1 ? "Last 24 hours" : `Last ${days} days`}</dt>
                {entries.map(({ currency, totalCents, orders }) => (
                  <dd key={currency} className="mt-1 font-display text-3xl tabular-nums">
                    {formatMoney(totalCents, currency)}
                    <span className="block font-sans text-sm text-faint">{plural(orders, "paid order")}</span>
                  </dd>
                ))}
                {entries.length === 0 && (
                  <dd className="mt-1 font-display text-3xl tabular-nums">
                    {formatMoney(0, shopCurrency)}
                    <span className="block font-sans text-sm text-faint">No paid orders</span>
                  </dd>
                )}
              </div>
            );
          })}
        </dl>
      </section>
      <section aria-labelledby="states">
        <h2 id="states" className="heading mb-3">
          Orders by status
        </h2>
        <ul className="panes grid-cols-2 sm:grid-cols-4 xl:grid-cols-7">
          {data.byStatus.map(({ status, count, isMore }) => (
            <li key={status} className="relative p-4 hover:text-leaf">
              <p className="font-display text-3xl tabular-nums">
                {count.toLocaleString("en")}
                {isMore && "+"}
              </p>
              <Link to={`/admin/orders?status=${status}`} className="text-sm before:absolute before:inset-0">
                {statuses[status].label}
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

const shown = 10; // products of low stock, those with the least first

function LowStock() {
  const { data, error, refetch } = useQuery(lowStockQuery);
  return (
    <section aria-labelledby="low" className="min-w-0">
      <h2 id="low" className="heading mb-3">
        Low stock
      </h2>
      {error && !data && (
        <ErrorNotice error={error} title="The stock could not be loaded." retry={() => void refetch()} />
      )}
      {!error && !data && <Skeleton className="h-40" />}
      {data?.items.length === 0 && <p className="text-faint">Enough of everything is in stock.</p>}
      {data && data.items.length > 0 && (
        <ul className="pane divide-y divide-line">
          {data.items.slice(0, shown).map(({ id, name, imageUrl, stock }) => (
            <li key={id} className="flex items-center gap-4 px-4 py-2">
              <Picture src={imageUrl} name="" className="size-10 rounded-pane" />
              <Link to={`/products/${id}`} className="min-w-0 grow truncate font-semibold hover:text-leaf">
                {name}
              </Link>
              <p className={`shrink-0 tabular-nums ${stock === 0 ? "text-clay" : "text-sun"}`}>
                {stock === 0 ? "Sold out" : `${stock} left`}
              </p>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-3 flex flex-wrap gap-x-4">
        {data && data.items.length > shown && (
          <span className="text-faint">
            and {data.items.length - shown}
            {data.isMore && "+"} more
          </span>
        )}
        <Link to="/admin/products" className="link">
          Change stock in Products
        </Link>
      </p>
    </section>
  );
}

function LookCloser() {
  const { jaegerUrl, grafanaUrl, prometheusUrl, rabbitmqUrl } = useTools();
  const dashboards = grafanaUrl?.replace(/\/$/, "");
  return (
    <section aria-labelledby="closer" className="pane p-5">
      <h2 id="closer" className="heading mb-3">
        Look closer
      </h2>
      <ul className="grid gap-1">
        <Way to={dashboards && `${dashboards}/d/glasshouse-overview`}>Overview dashboard</Way>
        <Way to={dashboards && `${dashboards}/d/glasshouse-checkout`}>Checkout dashboard</Way>
        <Way to={dashboards && `${dashboards}/d/glasshouse-slo`}>Service level objectives</Way>
        <Way to={jaegerUrl}>Traces</Way>
        <Way to={prometheusUrl}>Alerts</Way>
        <Way to={rabbitmqUrl}>Queues in RabbitMQ</Way>
        <Way to="/api/docs">API documents</Way>
      </ul>
    </section>
  );
}

function Way({ to, children }: { to: string | undefined; children: ReactNode }) {
  if (!to) return null;
  return (
    <li>
      <a href={to} target="_blank" rel="noreferrer" className="link inline-flex min-h-8 items-center">
        {children}
      </a>
    </li>
  );
}
