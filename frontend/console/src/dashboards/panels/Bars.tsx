import { Fragment } from "react";
import { format } from "~/shared/units";
import type { Series } from "../data";
import type { Panel } from "../model";
import { colourOf, fixed, textOf } from "../paint";

/** Values of now beside each other. Several queries keep their order; series of one begin with the greatest. */
export function Bars({ panel, series }: { panel: Panel; series: Series[] }) {
  const { unit, decimals } = panel.fieldConfig.defaults;
  const sorted = panel.targets?.length === 1 ? series.toSorted((a, b) => b.value - a.value) : series;
  const top = unit === "percentunit" ? 1 : Math.max(...series.map(({ value }) => value)) || 1;
  return (
    <div className="grid grid-cols-[fit-content(45%)_1fr_auto] content-start items-center gap-x-2 gap-y-0.5 overflow-y-auto pt-1 text-xs">
      {sorted.map(({ name, value }) => (
        <Fragment key={name}>
          <span title={name} className="truncate">
            {name}
          </span>
          <span className="h-3 overflow-hidden rounded-sm bg-sunken">
            <span
              className="block h-full"
              style={{
                width: `${Math.max(0, Math.min(100, (100 * value) / top))}%`,
                background: fixed(panel, name)?.colour ?? colourOf(panel, value),
              }}
            />
          </span>
          <b className="text-right font-semibold tabular-nums">
            {textOf(panel, value) ?? format(value, unit, decimals)}
          </b>
        </Fragment>
      ))}
    </div>
  );
}
