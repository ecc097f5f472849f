import { useState } from "react";
import { Cells } from "~/shared/ui/Cells";
import type { Series } from "../data";
import type { Panel } from "../model";

/** A row for each series of now. */
export function Table({ panel, series }: { panel: Panel; series: Series[] }) {
  const { unit = "none", decimals } = panel.fieldConfig.defaults;
  const value = panel.transformations?.[0]?.options.renameByName?.Value ?? "value";
  const [sort, setSort] = useState(`-${value}`);
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].filter(
    (name) => name !== "__name__",
  );
  const columns = [...labels.map((name) => ({ name, kind: "text" })), { name: value, kind: unit, decimals }];
  const rows = series.map((one) => ({
    cells: [...labels.map((name) => ({ value: one.labels[name] ?? "" })), { value: one.value }],
  }));
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <Cells {...{ columns, rows, sort }} change={setSort} />
    </div>
  );
}
