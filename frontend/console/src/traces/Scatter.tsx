import { Link } from "react-router";
import { clock } from "~/shared/time/format";
import type { Summary } from "~/shared/traces";
import { percent, TimeStrip, type Strip } from "~/shared/ui/TimeStrip";
import { counted, seconds } from "~/shared/units";

const SHORTEST = 1e-6;

/** A dot for each trace: when, how long, how many spans. Durations grow by factors; red where something failed. A click opens it. */
export function Scatter({ traces, ...strip }: { traces: Summary[] } & Strip) {
  const { from, to } = strip;
  const durations = traces.map(({ duration }) => Math.max(duration, SHORTEST));
  const [low, ratio] = [
    Math.min(...durations) / 1.5,
    (Math.max(...durations) / Math.min(...durations)) * 2.5,
  ];
  const y = (duration: number) => percent(1 - Math.log(Math.max(duration, SHORTEST) / low) / Math.log(ratio));
  return (
    <TimeStrip name="Duration over time" tick={(time) => clock(time, "time")} height="h-36" {...strip}>
      {[0.15, 0.5, 0.85].map((part) => (
        <g key={part} className="fill-faint text-[0.7rem]">
          <line x2="100%" y1={percent(1 - part)} y2={percent(1 - part)} stroke="var(--grid)" />
          <text y={percent(1 - part)} dy="-3">
            {seconds(low * ratio ** part)}
          </text>
        </g>
      ))}
      {traces.map(({ trace, root, start, duration, spans, errors }) => (
        <Link key={trace} to={`/trace/${trace}`} aria-label={`${root}, ${seconds(duration)}`}>
          <circle
            cx={percent((start - from) / (to - from))}
            cy={y(duration)}
            r={Math.min(12, 3 + Math.sqrt(spans) / 2)}
            className={`stroke-pane opacity-70 hover:opacity-100 ${errors ? "fill-(--bad)" : "fill-leaf"}`}
          >
            <title>{`${root}\n${seconds(duration)}, ${counted(spans, "span")}, ${errors} failed`}</title>
          </circle>
        </Link>
      ))}
    </TimeStrip>
  );
}
