import { format } from "~/shared/units";
import type { Series } from "../data";
import type { Panel } from "../model";
import { colourOf, forText, textOf } from "../paint";

const LENGTH = Math.PI * 40;
const ARC = { d: "M10 50 A40 40 0 0 1 90 50", fill: "none", strokeWidth: 12 };

/** One value between two ends. */
export function Gauge({ panel, series }: { panel: Panel; series: Series[] }) {
  const value = series[0]?.value;
  if (value === undefined) return null;
  const { unit, decimals, min = 0, max = 1 } = panel.fieldConfig.defaults;
  const share = Math.min(1, Math.max(0, (value - min) / (max - min)));
  const colour = colourOf(panel, value);
  const text = textOf(panel, value);
  return (
    <svg viewBox="0 0 100 58" className="min-h-0 w-full flex-1">
      <path {...ARC} stroke="var(--color-line)" />
      <path {...ARC} stroke={colour} strokeDasharray={`${LENGTH * share} ${LENGTH}`} />
      <text
        x="50"
        y="49"
        textAnchor="middle"
        fontSize={text ? 7.5 : 15}
        fontWeight="600"
        fill={forText(colour)}
      >
        {text ?? format(value, unit, decimals)}
      </text>
    </svg>
  );
}
