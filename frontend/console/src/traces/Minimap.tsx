import { useMemo } from "react";
import type { Row } from "~/shared/traces";
import { TimeStrip, type Strip } from "~/shared/ui/TimeStrip";
import { seconds } from "~/shared/units";

const WIDTH = 1000;

/** The whole trace: each span as a thin line. */
export function Minimap({ rows, start, ...strip }: { rows: Row[]; start: number } & Strip) {
  const { from, to } = strip;
  const paths = useMemo(() => {
    const found = new Map<string, string>();
    const x = (time: number) => ((time - from) / (to - from)) * WIDTH;
    rows.forEach(({ span, time, end = time }, index) => {
      if (!span) return;
      const drawn = `M${x(time)} ${index + 0.5}h${Math.max(1, x(end) - x(time))}`;
      found.set(span.colour, (found.get(span.colour) ?? "") + drawn);
    });
    return [...found];
  }, [rows, from, to]);
  return (
    <TimeStrip name="Whole trace" tick={(time) => seconds(time - start)} height="h-12" {...strip}>
      <svg viewBox={`0 0 ${WIDTH} ${rows.length}`} preserveAspectRatio="none">
        {paths.map(([colour, path]) => (
          <path
            key={colour}
            d={path}
            stroke={colour}
            strokeWidth={Math.max(1, 36 / rows.length)}
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
    </TimeStrip>
  );
}
