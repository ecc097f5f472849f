import type { OrderStatus, OrderTimeline, Payments } from "@/shared/api/types";
import { formatDuration, formatTime } from "@/shared/time";
import { momentsOf, spanOf, waitingFor, type Moment } from "./timeline";

interface Props {
  status: OrderStatus;
  history: OrderTimeline;
  payments: Payments | null | undefined;
}

/** The story of an order: each step with its time and how long it took; it grows while the order moves. */
export function Timeline({ status, history, payments }: Props) {
  const moments = momentsOf(history, payments);
  const waiting = waitingFor(status, payments);
  return (
    <section aria-labelledby="timeline" className="pane min-w-0 p-5 sm:p-6">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="timeline" className="heading">
          What happened
        </h2>
        {moments.length > 1 && (
          <p className="text-faint tabular-nums">
            {moments.length} steps in {formatDuration(spanOf(moments))}
          </p>
        )}
      </div>
      <ol className="mt-5">
        {moments.map((moment, index) => (
          <Step key={moment.key} moment={moment} isLast={index === moments.length - 1 && !waiting} />
        ))}
        {waiting && (
          <li aria-current="step" className="grid grid-cols-[1.5rem_1fr] gap-x-3 sm:gap-x-4">
            <span className="flex h-6 items-center justify-center">
              <span aria-hidden="true" className="size-3 animate-pulse rounded-full bg-sun" />
            </span>
            <p className="font-semibold text-sun">{waiting} …</p>
          </li>
        )}
      </ol>
    </section>
  );
}

const dots: Record<Moment["tone"], string> = {
  good: "border-leaf bg-leaf text-on-leaf",
  bad: "border-clay bg-clay text-ground",
  calm: "border-edge bg-sunken text-ink",
};
// The same colours as in the dashboards, on the trace pages and in the terminal.
const services: Record<Moment["by"], string> = {
  "order-service": "bg-order-service",
  "payment-service": "bg-payment-service",
};
const marks: Record<Moment["tone"], string> = { good: "✓", bad: "×", calm: "•" };

function Step({ moment, isLast }: { moment: Moment; isLast: boolean }) {
  const { title, detail, at, tone, by, after } = moment;
  return (
    <li className="relative grid grid-cols-[1.5rem_1fr_auto] gap-x-3 pb-5 last:pb-0 sm:gap-x-4">
      {!isLast && <span aria-hidden="true" className="absolute top-6 bottom-0 left-3 w-px bg-line" />}
      <span
        aria-hidden="true"
        className={`flex size-6 items-center justify-center rounded-full border text-sm font-bold ${dots[tone]}`}
      >
        {marks[tone]}
      </span>
      <div className="min-w-0">
        <p className="leading-6 font-semibold">{title}</p>
        {detail && <p className="text-sm text-faint">{detail}</p>}
        <p className="flex items-center gap-2 text-sm text-faint">
          <span aria-hidden="true" className={`size-2 shrink-0 rounded-full ${services[by]}`} />
          <span>
            <span className="max-sm:sr-only">recorded by </span>
            {by}
          </span>
        </p>
      </div>
      <div className="text-right tabular-nums">
        <p className="leading-6 font-semibold">
          {after === undefined ? (
            <span className="font-normal text-faint">start</span>
          ) : (
            <>+{formatDuration(after)}</>
          )}
        </p>
        <time dateTime={at} className="text-sm text-faint" title={formatTime(at)}>
          {formatTime(at, "clock")}
        </time>
      </div>
    </li>
  );
}
