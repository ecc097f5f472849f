import { useState } from "react";
import { Cells } from "~/shared/ui/Cells";
import type { Series } from "../data";
import type { Panel } from "../model";

/** A row for each series of now: first its value, which is in sight on the smallest screen, then its labels. */
export function Table({ panel, series }: { panel: Panel; series: Series[] }) {
  const { unit = "none", decimals } = panel.fieldConfig.defaults;
  const { renameByName: headings = {}, excludeByName: hidden = {} } =
    panel.transformations?.[0]?.options ?? {};
  const value = headings.Value ?? "value";
  const first = hidden.Value ? 1 : 0;
  const [sort, setSort] = useState(`-${value}`);
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].filter(
    (name) => name !== "__name__",
  );
  const columns = [
    { name: value, kind: unit, decimals },
    ...labels.map((name) => ({ name: headings[name] ?? name, kind: "text" })),
  ];
  const rows = series.map((one) => ({
    cells: [{ value: one.value }, ...labels.map((name) => ({ value: one.labels[name] ?? "" }))],
  }));
  const shown = {
    columns: columns.slice(first),
    rows: rows.map(({ cells }) => ({ cells: cells.slice(first) })),
  };
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <Cells {...shown} sort={sort} change={setSort} />
    </div>
  );
}
