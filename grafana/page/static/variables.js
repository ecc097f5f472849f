// The choices at the top of a dashboard, and putting them into queries, titles and links.
import { el } from "./dom.js";
import { labelValues } from "./prometheus.js";

const LABEL_VALUES = /^label_values\((.+), (\w+)\)$/;

export function put(text, values) {
  return text.replace(/\$\{(\w+)\}|\$(\w+)/g, (whole, a, b) => values[a ?? b] ?? whole);
}

export function constants(dashboard) {
  const list = dashboard.templating.list.filter(({ type }) => type === "constant");
  return Object.fromEntries(list.map(({ name, query }) => [name, query]));
}

// A select for each variable; `chosen` is filled, and `changed` called when somebody chooses.
export async function selects(dashboard, chosen, changed) {
  const list = dashboard.templating.list.filter(({ type }) => type === "query");
  return Promise.all(list.map(async ({ name, label, query, current }) => {
    const [, series, of] = LABEL_VALUES.exec(query.query);
    const values = await labelValues(series, of).catch(() => []);
    if (!values.includes(chosen[name])) {
      chosen[name] = values.includes(current.value) ? current.value : values[0] ?? current.value;
    }
    const options = values.map((value) => el("option", { value, selected: value === chosen[name] }, value));
    const select = el("select", { onchange: () => changed(name, select.value) }, ...options);
    return el("label", {}, `${label} `, select);
  }));
}
