import uPlot from "uplot";
import { clock } from "~/shared/time/format";
import { format } from "~/shared/units";
import type { Panel } from "../model";
import { steps, type Paint } from "../paint";
import { drawDots, drawMarks, drawThresholds, tone } from "./layers";
import type { Model } from "./model";
import { piled } from "./stack";

/** What the chart does when somebody drags over it, double-clicks, or moves over it. */
interface Actions {
  zoom: (from: number, to: number) => void;
  back: () => void;
  moved: (u: uPlot) => void;
}

/** How uPlot draws a panel. `model()` is what it draws now: a refresh changes that, and no more. */
export function options(
  panel: Panel,
  names: string[],
  paints: Paint[],
  model: () => Model,
  actions: Actions,
): uPlot.Options {
  const { unit, max, decimals, custom } = panel.fieldConfig.defaults;
  const stacked = isStacked(panel);
  const lines = custom?.thresholdsStyle?.mode === "off" ? [] : steps(panel).filter(({ value }) => value > 0);
  return {
    width: 300,
    height: 150,
    legend: { show: false },
    cursor: {
      sync: { key: "boards", filters: { pub: (type) => type === "mousemove" || type === "mouseleave" } },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      points: { show: false },
      bind: { dblclick: () => () => (actions.back(), null) },
    },
    scales: {
      x: { time: true, range: () => [model().window.from, model().window.to] },
      y: {
        range: (_, _low, high) => [0, max ?? (Math.max((high ?? 0) * 1.1, custom?.axisSoftMax ?? 0) || 1)],
      },
    },
    axes: [
      { ...axis(), size: 24, space: 64, values: (u, splits) => splits.map((time) => timeText(u, time)) },
      {
        ...axis(),
        values: (_, splits) => splits.map((value) => format(value, unit, decimals)),
        incrs: unit === "bytes" ? BINARY : decimals === 0 ? WHOLE : undefined,
        size: (_, texts) => 14 + 6.2 * Math.max(3, ...(texts ?? []).map((text) => text.length)),
      },
    ],
    series: [
      {},
      ...names.map((name, index) => ({
        label: name,
        stroke: paints[index]?.colour,
        dash: paints[index]?.dash,
        width: stacked ? 1 : 1.5,
        points: { show: false },
        fill: stacked ? `${paints[index]?.colour}80` : undefined,
      })),
    ],
    bands: stacked
      ? names.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] }))
      : undefined,
    hooks: {
      drawClear: [(u) => drawMarks(u, model().marks)],
      draw: [(u) => drawThresholds(u, lines), (u) => drawDots(u, model().dots)],
      setCursor: [actions.moved],
      setSelect: [
        (u) => {
          const { left, width } = u.select;
          if (width < 5) return;
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          actions.zoom(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
        },
      ],
    },
  };
}

const isStacked = (panel: Panel) => panel.fieldConfig.defaults.custom?.stacking?.mode === "normal";

/** What uPlot is given: times, then each series; of a stack, each on top of those before it. */
export function columns(panel: Panel, model: Model, hidden: ReadonlySet<string>): uPlot.AlignedData {
  const shown = model.series.map(({ name, values }) => (hidden.has(name) ? values.map(() => null) : values));
  return [model.times, ...(isStacked(panel) ? piled(shown) : shown)];
}

const BINARY = Array.from({ length: 48 }, (_, power) => 2 ** power); // steps of an axis of bytes
const WHOLE = Array.from({ length: 8 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const axis = (): uPlot.Axis => ({
  stroke: () => tone("--color-faint"),
  font: '11px "Hanken Grotesk Variable", system-ui, sans-serif',
  grid: { stroke: () => tone("--grid"), width: 1 },
  ticks: { show: false },
});

function timeText(u: uPlot, time: number): string {
  const { min = 0, max = 0 } = u.scales.x ?? {};
  if (max - min <= 600) return clock(time, "time");
  const text = clock(time, "minute");
  return text === "00:00" || max - min > 200_000 ? clock(time, "day") : text;
}
