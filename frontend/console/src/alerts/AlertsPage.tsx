import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { silences } from "~/shared/alertmanager";
import { useNow } from "~/shared/time/state";
import { TimeControls } from "~/shared/time/TimeControls";
import { AlertLine } from "./AlertLine";
import { lines, rules, STATES, type State } from "./rules";

const TITLES: Record<State, string> = {
  firing: "Firing",
  pending: "Pending",
  silent: "Silent",
  well: "All other rules, whose condition does not hold",
};

/** What fires, since when, and what to do about it. */
export function AlertsPage() {
  const [params, setParams] = useSearchParams();
  const text = params.get("q") ?? "";
  const now = useNow((state) => state.now);
  const client = useQueryClient();
  const asked = useQuery({
    queryKey: ["lines", now],
    queryFn: async ({ signal }) => lines(...(await Promise.all([rules(signal), silences(signal)]))),
    placeholderData: (before) => before,
  });
  useEffect(() => {
    document.title = "Alerts";
  }, []);
  const words = text.toLowerCase().split(/\s+/);
  const found = (asked.data ?? []).filter(({ rule, alert }) => {
    const searched = JSON.stringify([
      rule.name,
      alert?.annotations ?? rule.annotations,
      alert?.labels ?? rule.labels,
    ]);
    return words.every((word) => searched.toLowerCase().includes(word));
  });
  const refresh = () => client.invalidateQueries({ queryKey: ["lines"] });
  return (
    <main className="mx-auto max-w-6xl px-3 py-3">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h1 className="mr-2 font-display text-xl font-medium">Alerts</h1>
        <input
          type="search"
          aria-label="Search alerts"
          placeholder="Search alerts"
          value={text}
          onChange={(event) =>
            setParams(event.target.value ? { q: event.target.value } : {}, { replace: true })
          }
          className="min-h-8 w-60 rounded border border-line bg-pane px-2 py-1"
        />
        <TimeControls onlyRefresh />
      </div>
      {asked.error && (
        <p role="alert" className="mb-3 text-(--bad)">
          {asked.error.message}
        </p>
      )}
      {asked.data &&
        STATES.map((state) => {
          const own = found.filter((line) => line.state === state);
          const title = `${TITLES[state]} (${own.length})`;
          const list = (
            <ul className="pane divide-y divide-line">
              {own.map((line) => (
                <AlertLine
                  key={line.rule.name + JSON.stringify(line.alert?.labels)}
                  {...{ line, now, refresh }}
                />
              ))}
            </ul>
          );
          if (state === "well" && !text)
            return (
              <details key={state}>
                <summary className="mb-1 font-semibold">{title}</summary>
                {own.length > 0 && list}
              </details>
            );
          return (
            <section key={state} aria-label={title} className="mb-5">
              <h2 className={`mb-1 font-semibold ${state === "firing" && own.length ? "text-(--bad)" : ""}`}>
                {title}
              </h2>
              {own.length > 0 && list}
            </section>
          );
        })}
    </main>
  );
}
