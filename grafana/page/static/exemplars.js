// Exemplars: single requests, as dots. A click opens the trace of the nearest.
import { tone } from "./config.js";

const NEAR = 10; // pixels
const TRACE = /^[0-9a-f]{32}$/;

// At most one dot for each step of time: the slowest, which is the one worth looking at.
export function thinned(found, { from, step }) {
  const best = new Map();
  for (const dot of found.filter(({ trace, value }) => TRACE.test(trace) && Number.isFinite(value))) {
    const slot = Math.floor((dot.time - from) / (step * 2));
    if (!best.has(slot) || best.get(slot).value < dot.value) best.set(slot, dot);
  }
  return [...best.values()];
}

// A dot above the scale lies at its upper edge: it must not flatten the lines.
const position = (u, dot, canvas) => [
  u.valToPos(dot.time, "x", canvas), u.valToPos(Math.min(dot.value, u.scales.y.max), "y", canvas),
];

export function drawDots(u, dots) {
  const { ctx } = u;
  ctx.save();
  ctx.fillStyle = "#f2cc0c";
  ctx.strokeStyle = tone("panel");
  for (const dot of dots) {
    const [x, y] = position(u, dot, true);
    ctx.beginPath();
    ctx.arc(x, y, 2.5 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
  ctx.restore();
}

export function dotAt(u, dots) {
  let nearest = null;
  let least = NEAR;
  for (const dot of dots) {
    const [x, y] = position(u, dot, false);
    const distance = Math.hypot(x - u.cursor.left, y - u.cursor.top);
    if (distance < least) [nearest, least] = [dot, distance];
  }
  return nearest;
}

export function openTrace(dot, links) {
  const template = links.find(({ url }) => url.includes("${__field.labels.trace_id}"));
  if (!dot || !template) return;
  const url = new URL(template.url.replace("${__field.labels.trace_id}", dot.trace), location.href);
  if (["http:", "https:"].includes(url.protocol)) open(url.href, "_blank", "noopener,noreferrer");
}
