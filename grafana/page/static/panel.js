// One panel: its frame, its queries, and the drawing of its kind.
import { drawAlerts } from "./alerts.js";
import { drawBars, drawTable } from "./compare.js";
import { LIST } from "./config.js";
import { el, link } from "./dom.js";
import { thinned } from "./exemplars.js";
import { drawLines } from "./lines.js";
import { exemplars, instant, range } from "./prometheus.js";
import { drawDial, drawStat } from "./stat.js";
import { put } from "./variables.js";

const LISTS = { alertlist: drawAlerts, dashlist: drawDashboards };
const DRAW = { timeseries: drawLines, stat: drawStat, gauge: drawDial, bargauge: drawBars, table: drawTable };

export function frame(panel, values) {
  const body = el("div", { class: "body" }, el("p", { class: "none" }, "loading"));
  const links = (panel.fieldConfig.defaults.links ?? []).map(({ title, url }) => ({ title, url: put(url, values) }));
  const further = links.filter(({ url }) => !url.includes("${")).map(({ url }) => link("traces", url));
  const heading = el("h3", { title: panel.description }, put(panel.title, values));
  for (const one of further) heading.append(" ", one);
  const box = el("section", { class: `panel of-${panel.type}` }, heading, body);
  placed(box, panel.gridPos);
  return { box, refresh: (window, marks) => refresh(panel, body, links, values, window, marks) };
}

export function placed(element, { x = 0, y = 0, w, h }) {
  element.style.gridColumn = `${x + 1} / span ${w}`;
  element.style.gridRow = `${y + 1} / span ${h}`;
  element.style.setProperty("--h", h);
}

function drawDashboards(body) {
  body.append(el("ul", { class: "boards" }, ...LIST.map(({ uid, title }) =>
    el("li", {}, el("a", { href: `/d/${uid}` }, title)))));
  return true;
}

async function refresh(panel, body, links, values, window, marks) {
  let drawn;
  try {
    if (panel.type in LISTS) {
      const made = el("div", { class: "body" });
      drawn = await LISTS[panel.type](made, panel, values);
      clear(body);
      body.append(drawn ? made : el("p", { class: "none" }, panel.fieldConfig.defaults.noValue));
      return;
    }
    const answers = await Promise.all(panel.targets.map((target) => query(target, values, window)));
    const dots = await Promise.all(panel.targets.filter(({ exemplar }) => exemplar)
      .map(({ expr }) => exemplars(put(expr, values), window)));
    clear(body);
    drawn = DRAW[panel.type](body, panel, answers.flat(), { window, dots: thinned(dots.flat(), window), links, marks });
    if (!drawn) body.append(el("p", { class: "none" }, panel.fieldConfig.defaults.noValue));
  } catch (error) {
    clear(body);
    body.append(el("p", { class: "failed" }, error.message));
  }
}

function clear(body) {
  body.end?.();
  body.end = undefined;
  body.replaceChildren();
}

async function query({ expr, legendFormat, instant: now }, values, window) {
  const series = await (now ? instant : range)(put(expr, values), window);
  const real = series.filter(({ labels }) => Object.keys(labels).length);
  return (real.length ? real : series).map((one) => ({ ...one, name: named(legendFormat, one.labels) }));
}

// The 0 that stands in for what has never happened has no labels; it gives way to what has happened.
const named = (format, labels) => format.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label) => labels[label] ?? "").trim();
