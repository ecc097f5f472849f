import { format } from "~/shared/units";
import type { Series } from "../data";
import type { Panel } from "../model";
import { colourOf, forText, textOf } from "../paint";

/** One value of now, big, with its recent course behind it. */
export function Stat({ panel, series }: { panel: Panel; series: Series[] }) {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const loud = isLoud(panel);
  const first = series[0];
  if (!first) return null;
  return (
    <div className="relative flex min-h-0 flex-1 items-center justify-center gap-3 text-2xl font-semibold whitespace-nowrap xl:text-3xl">
      {!loud && <Course values={first.values} colour={colourOf(panel, first.value)} />}
      {series.map(({ name, value }) => (
        <span
          key={name}
          className="relative tabular-nums"
          style={loud ? undefined : { color: forText(colourOf(panel, value)) }}
        >
          {textOf(panel, value) ?? format(value, unit, decimals)}
        </span>
      ))}
    </div>
  );
}

/** Whether the whole panel has the colour of its value. */
export const isLoud = (panel: Panel) => panel.options?.colorMode === "background_solid";

function Course({ values, colour }: { values: (number | null)[]; colour: string }) {
  const top = Math.max(...values.map((value) => value ?? 0)) || 1;
  const path = values
    .map((value, x) => {
      const pen = values[x - 1] == null ? "M" : "L";
      return value === null ? "" : `${pen}${x} ${(20 - (18 * value) / top).toFixed(2)}`;
    })
    .join("");
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${Math.max(1, values.length - 1)} 20`}
      preserveAspectRatio="none"
      className="absolute inset-x-0 bottom-0 h-1/3 w-full opacity-40"
    >
      <path d={path} fill="none" stroke={colour} strokeWidth="1.5" vectorEffect="non-scaling-stroke" />
    </svg>
  );
}
