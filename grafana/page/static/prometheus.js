// Questions to Prometheus, which the page's server hands on.
async function ask(path, parameters) {
  const response = await fetch(`/api/v1/${path}?${new URLSearchParams(parameters)}`);
  const answer = await response.json();
  if (answer.status !== "success") throw new Error(answer.error ?? `status ${response.status}`);
  return answer.data;
}

// The step is never smaller than the scrape interval, and gives about 300 points.
export function window(seconds) {
  const step = Math.max(5, Math.ceil(seconds / 300 / 5) * 5);
  const to = Math.floor(Date.now() / 1000 / step) * step;
  return { from: to - seconds, to, step };
}

export async function range(query, { from, to, step }) {
  const { result } = await ask("query_range", { query, start: from, end: to, step });
  return result.map(({ metric, values }) => ({ labels: metric, values: aligned(values, from, to, step) }));
}

function aligned(values, from, to, step) {
  const all = new Array(Math.round((to - from) / step) + 1).fill(null);
  for (const [time, value] of values) {
    const number = Number(value);
    all[Math.round((time - from) / step)] = Number.isFinite(number) ? number : null;
  }
  return all;
}

export async function instant(query, { to }) {
  const { result } = await ask("query", { query, time: to });
  return result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

export async function exemplars(query, { from, to }) {
  const found = await ask("query_exemplars", { query, start: from, end: to });
  return found.flatMap(({ seriesLabels, exemplars: list }) =>
    list.map(({ labels, value, timestamp }) => ({
      trace: labels.trace_id ?? "", value: Number(value), time: timestamp, series: seriesLabels,
    })));
}

export async function alerts() {
  return (await ask("alerts", {})).alerts;
}

export function labelValues(series, label) {
  return ask(`label/${label}/values`, { "match[]": series });
}
