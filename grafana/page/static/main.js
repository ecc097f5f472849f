// The page: which dashboard, which time, which values; all of it is in the address, so it can be sent to somebody.
import { marks } from "./alerts.js";
import { ADDRESSES, LIST } from "./config.js";
import { el, link } from "./dom.js";
import { frame, placed } from "./panel.js";
import { window as timeWindow } from "./prometheus.js";
import { constants, put, selects } from "./variables.js";

const RANGES = { "5m": 300, "15m": 900, "30m": 1800, "1h": 3600, "3h": 10800, "6h": 21600, "12h": 43200, "24h": 86400,
  "7d": 604800 };
const REFRESH = { off: 0, "5s": 5, "10s": 10, "30s": 30, "1m": 60 };
const at = (id) => document.getElementById(id);
const state = new URLSearchParams(location.search);
const [, , named] = location.pathname.split("/"); // /d/<uid>, as in Grafana
if (named) state.set("dashboard", named);
const read = async (path) => (await fetch(path)).json();
let current;
let panels = [];
let timer;

function remember(key, value) {
  state.set(key, value);
  history.replaceState(null, "", `/?${state}`);
}

function choice(id, values, first, changed) {
  const current = values.includes(state.get(id)) ? state.get(id) : first;
  at(id).append(...values.map((value) => el("option", { value, selected: value === current }, value)));
  state.set(id, current);
  at(id).addEventListener("change", () => { remember(id, at(id).value); changed(); });
}

async function show() {
  const entry = LIST.find(({ uid }) => uid === state.get("dashboard")) ?? LIST[0];
  const dashboard = await read(`/dashboards/${entry.file}`);
  const names = dashboard.templating.list.map(({ name }) => name);
  const chosen = Object.fromEntries(names.map((name) => [name, state.get(`var-${name}`)]));
  at("variables").replaceChildren(...await selects(dashboard, chosen, (name, value) => {
    remember(`var-${name}`, value);
    show();
  }));
  const values = { ...chosen, ...constants(dashboard), ...ADDRESSES };
  document.title = dashboard.title;
  at("about").textContent = dashboard.description;
  at("links").replaceChildren(...dashboard.links.filter(({ type }) => type === "link")
    .map(({ title, url }) => link(title, put(url, values))).filter(Boolean));
  current = { dashboard, values };
  lay(dashboard, values);
}

function lay(dashboard, values) {
  panels.forEach(({ box }) => watcher.unobserve(box));
  panels = [];
  at("grid").replaceChildren(...dashboard.panels.map((panel) => {
    if (panel.type === "row") {
      const heading = el("h2", { class: "heading" }, put(panel.title, values));
      placed(heading, panel.gridPos);
      return heading;
    }
    const made = frame(panel, values);
    panels.push(made);
    return made.box;
  }));
  panels.forEach(({ box }) => watcher.observe(box));
}

// Only what can be seen is asked for.
const watcher = new IntersectionObserver(async (changes) => {
  const time = now();
  const fired = await firing(time);
  for (const { target, isIntersecting } of changes) {
    const panel = panels.find(({ box }) => box === target);
    if (!panel) continue;
    panel.seen = isIntersecting;
    if (isIntersecting) panel.refresh(time, fired);
  }
}, { rootMargin: "200px" });

const now = () => timeWindow(RANGES[state.get("from")]);

// The marks are asked for once, for all drawings. Without them the drawings are still worth having.
const firing = (time) => marks(current.dashboard, current.values, time).catch(() => []);

async function refresh() {
  if (document.hidden) return;
  const time = now();
  const fired = await firing(time);
  panels.filter(({ seen }) => seen).forEach((panel) => panel.refresh(time, fired));
}

function rhythm() {
  clearInterval(timer);
  const seconds = REFRESH[state.get("refresh")];
  if (seconds) timer = setInterval(refresh, seconds * 1000);
}

const chosenDashboard = LIST.some(({ uid }) => uid === state.get("dashboard")) ? state.get("dashboard") : LIST[0].uid;
at("dashboard").append(...LIST.map(({ uid, title }) =>
  el("option", { value: uid, selected: uid === chosenDashboard }, title)));
at("dashboard").addEventListener("change", () => { remember("dashboard", at("dashboard").value); show(); });
choice("from", Object.keys(RANGES), "15m", refresh);
choice("refresh", Object.keys(REFRESH), "10s", rhythm);
rhythm();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh); // drawings have colours of their own
await show();
