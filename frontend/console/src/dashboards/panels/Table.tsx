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
  const [sort, setSort] = useState(`-${value}`);
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].filter(
    (name) => name !== "__name__",
  );
  const columns = [
    ...(hidden.Value ? [] : [{ name: value, kind: unit, decimals }]),
    ...labels.map((name) => ({ name: headings[name] ?? name, kind: "text" })),
  ];
  const rows = series.map((one) => ({
    cells: [
      ...(hidden.Value ? [] : [{ value: one.value }]),
      ...labels.map((name) => ({ value: one.labels[name] ?? "" })),
    ],
  }));
  return (
    <div className="min-h-0 flex-1 overflow-auto" tabIndex={0} role="group" aria-label="Table">
      <Cells {...{ columns, rows, sort }} change={setSort} />
    </div>
  );
}
