// Values over time, by uPlot: lines or stacked areas, dashed thresholds, exemplars as dots, a legend that hides series.
import uPlot from "/charts/uPlot.esm.js";
import { el } from "./dom.js";
import { drawDots, dotAt, openTrace } from "./exemplars.js";
import { MEANINGS, tone } from "./config.js";
import { fixedColour, paint, steps } from "./thresholds.js";
import { format } from "./units.js";

const axis = () => ({ stroke: tone("dim"), font: "11px system-ui, sans-serif", grid: { stroke: tone("line"), width: 1 },
  ticks: { show: false } });

export function drawLines(body, panel, series, { window, dots, links, marks }) {
  if (!series.some(({ values }) => values.some((value) => value !== null))) return false;
  const custom = panel.fieldConfig.defaults.custom;
  const stacked = custom.stacking?.mode === "normal";
  const taken = series.map(({ name }) => fixedColour(panel, name)).filter(Boolean);
  const colours = series.map(({ name }, index) => paint(panel, name, index, taken));
  const hidden = new Set();
  const times = Array.from({ length: series[0].values.length }, (_, index) => window.from + index * window.step);
  const tip = el("div", { class: "tip", hidden: "" });
  const place = el("div", { class: dots.length ? "chart pick" : "chart" });
  body.append(place, legend(series, colours, hidden, dots.length, () => chart.setData(data())));

  const visible = () => series.map(({ values }, index) => (hidden.has(index) ? values.map(() => null) : values));
  const data = () => [times, ...(stacked ? piled(visible()) : visible())];
  const { unit, max, decimals } = panel.fieldConfig.defaults;
  const least = custom.axisSoftMax ?? 0;
  const lines = custom.thresholdsStyle?.mode === "off" ? [] : steps(panel).filter(({ value }) => value > 0);
  const chart = new uPlot({
    width: place.clientWidth, height: place.clientHeight, legend: { show: false },
    cursor: { sync: { key: "all" }, drag: { x: false, y: false }, points: { show: false } },
    scales: {
      x: { time: true, range: [window.from, window.to] },
      y: { range: (_, low, high) => [0, max ?? (Math.max(high * 1.1, least) || 1)] },
    },
    axes: [{ ...axis(), size: 26, values: (_, splits) => splits.map(clock) }, { ...axis(), values: (_, splits) => splits.map((value) => format(value, unit, decimals)),
      incrs: unit === "bytes" ? BINARY : decimals === 0 ? WHOLE : undefined,
      size: (_, texts) => 14 + 6.2 * Math.max(3, ...(texts ?? []).map((text) => text.length)) }],
    series: [{}, ...series.map(({ name }, index) => ({
      label: name, stroke: colours[index].colour, dash: colours[index].dash, width: stacked ? 0 : 1.5,
      points: { show: false }, fill: stacked ? `${colours[index].colour}99` : undefined,
    }))],
    bands: stacked ? series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] })) : undefined,
    hooks: {
      drawClear: [(u) => drawMarks(u, marks)],
      draw: [(u) => drawThresholds(u, lines), (u) => drawDots(u, dots)],
      setCursor: [(u) => showTip(u, tip, { series, colours, hidden, dots, marks, text: (value) => format(value, unit, decimals) })],
    },
  }, data(), place);
  chart.over.append(tip);
  chart.over.addEventListener("click", () => openTrace(dotAt(chart, dots), links));
  const observer = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: place.clientHeight }));
  observer.observe(place);
  body.end = () => { observer.disconnect(); chart.destroy(); };
  return true;
}

const BINARY = Array.from({ length: 48 }, (_, power) => 2 ** power); // steps of an axis of bytes
const WHOLE = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const clock = (time) => new Date(time * 1000).toTimeString().slice(0, 5);

// Each series on top of those before it; nothing where none has a value.
function piled(all) {
  const sums = all[0].map((_, at) => (all.some((values) => values[at] !== null) ? 0 : null));
  return all.map((values) => values.map((value, at) => {
    if (sums[at] !== null) sums[at] += value ?? 0;
    return sums[at];
  }));
}

function legend(series, colours, hidden, hasDots, changed) {
  const items = series.map(({ name }, index) => {
    const mark = el("i");
    mark.style.background = colours[index].colour;
    const button = el("button", { type: "button", "aria-pressed": "true", onclick: () => {
      if (!hidden.delete(index)) hidden.add(index);
      button.setAttribute("aria-pressed", String(!hidden.has(index)));
      changed();
    } }, mark, name);
    return el("li", {}, button);
  });
  const dots = hasDots ? el("li", { class: "dots" }, el("i"), "one request: click to open its trace") : null;
  return el("ul", { class: "legend" }, ...items, dots);
}

function drawThresholds(u, lines) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.setLineDash([6, 5]);
  for (const { value, colour } of lines) {
    if (value > u.scales.y.max) continue;
    const y = Math.round(u.valToPos(value, "y", true));
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

// While any alert fired the drawing is tinted, with a mark above it for each beginning.
function drawMarks(u, marks) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.fillStyle = MEANINGS.failure;
  ctx.globalAlpha = 0.1;
  ctx.beginPath(); // one path, so that alerts at the same time do not darken each other
  for (const { from, to } of marks) {
    const [left, right] = [from, to].map((time) => u.valToPos(time, "x", true));
    ctx.rect(left, bbox.top, Math.max(2, right - left), bbox.height);
  }
  ctx.fill();
  ctx.globalAlpha = 1;
  for (const { from } of marks) ctx.fillRect(u.valToPos(from, "x", true), bbox.top - 4 * devicePixelRatio, 2, 5 * devicePixelRatio);
  ctx.restore();
}

function showTip(u, tip, { series, colours, hidden, dots, marks, text }) {
  const { idx, left, top } = u.cursor;
  tip.hidden = idx === null || idx === undefined || left < 0 || !u.over.matches(":hover");
  if (tip.hidden) return;
  const dot = dotAt(u, dots);
  const rows = series.map(({ name, values }, index) => ({ name, value: values[idx], index }))
    .filter(({ value, index }) => value !== null && !hidden.has(index))
    .sort((a, b) => b.value - a.value).slice(0, 10)
    .map(({ name, value, index }) => {
      const mark = el("i");
      mark.style.background = colours[index].colour;
      return el("div", {}, mark, `${name}: ${text(value)}`);
    });
  if (dot) rows.unshift(el("div", {}, `● ${text(dot.value)}, trace ${dot.trace.slice(0, 8)}…: click to open`));
  const at = u.data[0][idx];
  const fired = marks.filter(({ from, to }) => from <= at && at <= to).map(({ name }) => name);
  if (fired.length) rows.unshift(el("div", { class: "failed" }, `fires: ${[...new Set(fired)].join(", ")}`));
  tip.replaceChildren(el("div", {}, new Date(u.data[0][idx] * 1000).toLocaleTimeString()), ...rows);
  tip.style.left = `${left > u.over.clientWidth / 2 ? left - tip.offsetWidth - 12 : left + 12}px`;
  tip.style.top = `${Math.max(0, Math.min(top, u.over.clientHeight - tip.offsetHeight))}px`;
}
