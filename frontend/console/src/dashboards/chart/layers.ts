import type uPlot from "uplot";
import type { Exemplar } from "../data";
import type { Mark } from "../marks";

const NEAR = 10; // pixels between the mouse and a dot

/** A colour of the page as the canvas takes it: light or dark, as is shown now. */
export function tone(name: string): string {
  probe.style.color = `var(${name})`;
  if (!probe.isConnected) document.body.append(probe);
  return getComputedStyle(probe).color;
}
const probe = document.createElement("i");
probe.hidden = true;

/** A dot for each exemplar. One above the scale lies at its upper edge: it must not flatten the lines. */
export function drawDots(u: uPlot, dots: Exemplar[]) {
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = tone("--exemplar");
  ctx.strokeStyle = tone("--color-pane");
  for (const dot of dots) {
    const [x, y] = position(u, dot, true);
    ctx.beginPath();
    ctx.arc(x, y, 2.8 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

const position = (u: uPlot, dot: Exemplar, canvas: boolean): [number, number] => [
  u.valToPos(dot.time, "x", canvas),
  u.valToPos(Math.min(dot.value, u.scales.y?.max ?? dot.value), "y", canvas),
];

export function dotAt(u: uPlot, dots: Exemplar[]): Exemplar | undefined {
  const { left = -1, top = -1 } = u.cursor;
  const near = dots
    .map((dot) => {
      const [x, y] = position(u, dot, false);
      return { dot, distance: Math.hypot(x - left, y - top) };
    })
    .filter(({ distance }) => distance < NEAR);
  return near.sort((a, b) => a.distance - b.distance)[0]?.dot;
}

export function drawThresholds(u: uPlot, lines: { value: number; colour: string }[]) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.setLineDash([6, 5]);
  for (const { value, colour } of lines) {
    if (value > (u.scales.y?.max ?? 0)) continue;
    const y = Math.round(u.valToPos(value, "y", true));
    ctx.strokeStyle = colour;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** While something lasted the chart is tinted, with a mark above it for each beginning. */
export function drawMarks(u: uPlot, marks: Mark[]) {
  const { ctx, bbox } = u;
  ctx.save();
  for (const colour of new Set(marks.map((mark) => mark.colour))) {
    const same = marks.filter((mark) => mark.colour === colour);
    ctx.fillStyle = colour;
    ctx.globalAlpha = 0.1;
    ctx.beginPath(); // one path, so that marks at the same time do not darken each other
    for (const { from, to } of same) {
      const left = u.valToPos(from, "x", true);
      ctx.rect(left, bbox.top, Math.max(2, u.valToPos(to, "x", true) - left), bbox.height);
    }
    ctx.fill();
    ctx.globalAlpha = 1;
    for (const { from } of same) {
      const left = u.valToPos(from, "x", true);
      ctx.fillRect(left, bbox.top - 4 * devicePixelRatio, 2, 5 * devicePixelRatio);
    }
  }
  ctx.restore();
}
