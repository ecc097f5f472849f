import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useAddress } from "~/shared/address";
import { alerts, type State } from "~/shared/alerts";
import { useNow } from "~/shared/time/state";
import { Page } from "~/shared/ui/Page";
import { AlertLine } from "./AlertLine";

const TITLES: Record<State, string> = {
  firing: "Firing",
  pending: "Pending",
  silent: "Silent",
  well: "All other rules, whose condition does not hold",
};

/** The lists. An alert that begins to fire stays in its list, and so does what somebody writes at it. */
const LISTS: State[][] = [["firing", "pending"], ["silent"], ["well"]];

/** What fires, since when, and what to do about it. */
export function AlertsPage() {
  const [get, set] = useAddress();
  const text = get("q");
  const now = useNow((state) => state.now);
  const { data, error, refetch } = useQuery({
    queryKey: ["lines"], // always the same, so that a question without an answer takes no alert off the page
    queryFn: ({ signal }) => alerts(signal),
  });
  useEffect(() => void refetch({ cancelRefetch: false }), [refetch, now]);
  const words = text.toLowerCase().split(/\s+/);
  const found = (data ?? []).filter(({ name, annotations, labels }) => {
    const searched = JSON.stringify([name, annotations, labels]).toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const search = (
    <input
      type="search"
      aria-label="Search alerts"
      placeholder="Search alerts"
      value={text}
      onChange={(event) => set({ q: event.target.value }, true)}
      className="min-h-8 w-60 rounded border border-line bg-pane px-2 py-1"
    />
  );
  return (
    <Page title="Alerts" error={error} head={search} onlyRefresh>
      {data &&
        LISTS.map((states) => {
          const own = found.filter((line) => states.includes(line.state));
          const count = (state: State) => own.filter((line) => line.state === state).length;
          const title = states.map((state) => `${TITLES[state]} (${count(state)})`).join(", ");
          const list = own.length > 0 && (
            <ul className="pane divide-y divide-line">
              {own.map((line) => (
                <AlertLine
                  key={line.name + JSON.stringify(line.labels)}
                  {...{ line, now, refresh: refetch }}
                />
              ))}
            </ul>
          );
          if (states.includes("well") && !text)
            return (
              <details key={states[0]}>
                <summary className="mb-1 font-semibold">{title}</summary>
                {list}
              </details>
            );
          return (
            <section key={states[0]} aria-label={title} className="mb-5">
              <h2 className={`mb-1 font-semibold ${count("firing") ? "text-(--bad)" : ""}`}>{title}</h2>
              {list}
            </section>
          );
        })}
    </Page>
  );
}
