// Alerts: the list of what fires, and the times when it fired as marks on every drawing.
import { el, link } from "./dom.js";
import { alerts, range } from "./prometheus.js";
import { put } from "./variables.js";

// `a="b", c=~"d|e"` as Grafana's alert list has it.
export function matching(filter, values) {
  const wanted = [...put(filter, values).matchAll(/(\w+)(=~|=)"([^"]*)"/g)];
  return (labels) => wanted.every(([, label, sign, value]) =>
    sign === "=" ? labels[label] === value : new RegExp(`^(${value})$`).test(labels[label] ?? ""));
}

export async function drawAlerts(body, panel, values) {
  const { alertInstanceLabelFilter: filter, maxItems } = panel.options;
  const shown = (await alerts()).filter(({ labels }) => matching(filter, values)(labels))
    .sort((a, b) => a.state.localeCompare(b.state) || a.activeAt.localeCompare(b.activeAt)).slice(0, maxItems);
  if (!shown.length) return false;
  body.append(el("ul", { class: "alerts" }, ...shown.map(({ labels, annotations, state, activeAt }) =>
    el("li", { class: state },
      el("b", {}, state), " ", link(labels.alertname, annotations.runbook_url), " ",
      el("span", {}, annotations.summary), " ",
      el("small", {}, `${labels.severity}, since ${new Date(activeAt).toLocaleTimeString()}`), " ",
      link("dashboard", annotations.dashboard)))));
  return true;
}

// When each alert fired within the window: its name, and from when to when.
export async function marks(dashboard, values, window) {
  const [firing] = dashboard.annotations.list;
  const found = await range(put(firing.expr, values), window);
  return found.flatMap(({ labels, values: there }) => spans(there).map(([from, to]) => ({
    name: labels.alertname, from: window.from + from * window.step, to: window.from + to * window.step,
  })));
}

function spans(values) {
  const found = [];
  values.forEach((value, at) => {
    if (value === null) return;
    if (at && values[at - 1] !== null) found.at(-1)[1] = at;
    else found.push([at, at]);
  });
  return found;
}
