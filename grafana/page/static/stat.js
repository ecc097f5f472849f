// One value of now, big, with its recent course behind it; and the same as a dial.
import { el, svg } from "./dom.js";
import { colourOf, textOf } from "./thresholds.js";
import { format } from "./units.js";

const last = (values) => values.findLast((value) => value !== null);

export function drawStat(body, panel, series) {
  const shown = series.map((one) => last(one.values)).filter((value) => value !== undefined);
  if (!shown.length) return false;
  const { unit, decimals } = panel.fieldConfig.defaults;
  const loud = panel.options.colorMode === "background_solid";
  const parts = shown.map((value) => {
    const part = el("span", {}, textOf(panel, value) ?? format(value, unit, decimals));
    if (!loud) part.style.color = colourOf(panel, value);
    return part;
  });
  body.closest(".panel").style.background = loud ? colourOf(panel, shown[0]) : "";
  body.append(el("div", { class: loud ? "stat loud" : "stat" }, course(series[0].values, colourOf(panel, shown[0])), ...parts));
  return true;
}

function course(values, colour) {
  const top = Math.max(...values.map((value) => value ?? 0)) || 1;
  let gap = true;
  const path = values.map((value, x) => {
    const begin = gap;
    gap = value === null;
    return gap ? "" : `${begin ? "M" : "L"}${x} ${(20 - (18 * value) / top).toFixed(2)}`;
  }).join("");
  return svg("svg", { viewBox: `0 0 ${values.length - 1} 20`, preserveAspectRatio: "none" }, svg("path", {
    d: path, fill: "none", stroke: colour, "stroke-width": 1.5, "vector-effect": "non-scaling-stroke",
  }));
}

export function drawDial(body, panel, series) {
  const value = series.length ? last(series[0].values) : undefined;
  if (value === undefined) return false;
  const { unit, decimals, min = 0, max = 1 } = panel.fieldConfig.defaults;
  const share = Math.min(1, Math.max(0, (value - min) / (max - min)));
  const length = Math.PI * 40;
  const arc = (attributes) => svg("path", { d: "M10 50 A40 40 0 0 1 90 50", fill: "none", "stroke-width": 12, ...attributes });
  body.append(el("div", { class: "dial" }, svg("svg", { viewBox: "0 0 100 58" },
    arc({ stroke: "var(--line)" }),
    arc({ stroke: colourOf(panel, value), "stroke-dasharray": `${length * share} ${length}` }),
    svg("text", { x: 50, y: 49, "text-anchor": "middle", "font-size": textOf(panel, value) ? 7.5 : 15, fill: colourOf(panel, value) },
      textOf(panel, value) ?? format(value, unit, decimals)))));
  return true;
}
