import { useState } from "react";
import { format } from "~/shared/units";
import type { Series } from "../data";
import type { Panel } from "../model";

const VALUE = "\0"; // no label has this name

/** A row for each series of now. A click on a heading sorts by it. */
export function Table({ panel, series }: { panel: Panel; series: Series[] }) {
  const [sorted, setSorted] = useState({ by: VALUE, down: true });
  const { unit, decimals } = panel.fieldConfig.defaults;
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].filter(
    (name) => name !== "__name__",
  );
  const value = panel.transformations?.[0]?.options.renameByName?.Value ?? "value";
  const order = (a: Series, b: Series) =>
    sorted.by === VALUE
      ? a.value - b.value
      : (a.labels[sorted.by] ?? "").localeCompare(b.labels[sorted.by] ?? "", undefined, { numeric: true });
  const rows = series.toSorted((a, b) => (sorted.down ? order(b, a) : order(a, b)));
  const heading = (name: string, title: string) => (
    <th
      key={name}
      className={name === VALUE ? "number" : ""}
      aria-sort={sorted.by !== name ? undefined : sorted.down ? "descending" : "ascending"}
    >
      <button
        type="button"
        onClick={() => setSorted({ by: name, down: sorted.by === name ? !sorted.down : name === VALUE })}
      >
        {title}
        {sorted.by === name && (sorted.down ? " ↓" : " ↑")}
      </button>
    </th>
  );
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <table className="cells">
        <thead>
          <tr>{[...labels.map((name) => heading(name, name)), heading(VALUE, value)]}</tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.name + JSON.stringify(one.labels)}>
              {labels.map((name) => (
                <td key={name}>{one.labels[name] ?? ""}</td>
              ))}
              <td className="number">{format(one.value, unit, decimals)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
