// Values of now beside each other: as bars, or as a table with their labels.
import { el } from "./dom.js";
import { colourOf, fixedColour, textOf } from "./thresholds.js";
import { format } from "./units.js";

export function drawBars(body, panel, series) {
  const shown = series.filter(({ value }) => !Number.isNaN(value));
  // Several queries come in the order that was meant; the series of one query, the greatest first.
  if (panel.targets.length === 1) shown.sort((a, b) => b.value - a.value);
  if (!shown.length) return false;
  const { unit, decimals } = panel.fieldConfig.defaults;
  const top = unit === "percentunit" ? 1 : Math.max(...shown.map(({ value }) => value)) || 1;
  const list = el("div", { class: "bars" });
  for (const { name, value } of shown) {
    const bar = el("i");
    bar.style.width = `${Math.max(0, Math.min(100, (100 * value) / top))}%`;
    bar.style.background = fixedColour(panel, name) ?? colourOf(panel, value);
    list.append(el("span", { title: name }, name), el("div", {}, bar), el("b", {}, textOf(panel, value) ?? format(value, unit, decimals)));
  }
  body.append(list);
  return true;
}

export function drawTable(body, panel, series) {
  if (!series.length) return false;
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))].filter((key) => key !== "__name__");
  const renamed = panel.transformations?.[0]?.options?.renameByName?.Value ?? "value";
  const { unit, decimals } = panel.fieldConfig.defaults;
  const head = el("tr", {}, ...[...labels, renamed].map((text) => el("th", {}, text)));
  const rows = series.sort((a, b) => b.value - a.value).map(({ labels: has, value }) =>
    el("tr", {}, ...labels.map((key) => el("td", {}, has[key] ?? "")), el("td", {}, format(value, unit, decimals))));
  body.append(el("div", { class: "rows" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))));
  return true;
}
