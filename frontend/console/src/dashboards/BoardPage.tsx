import { useQuery } from "@tanstack/react-query";
import { useParams, useSearchParams } from "react-router";
import { config } from "~/shared/config";
import { ask } from "~/shared/http";
import { useWindow } from "~/shared/time/state";
import { TimeControls } from "~/shared/time/TimeControls";
import { Anchor } from "~/shared/ui/Anchor";
import { Missing } from "~/shared/ui/Missing";
import { Choices } from "./Choices";
import { useMarks } from "./marks";
import type { Dashboard } from "./model";
import { Panel, placed } from "./Panel";
import { ALONE } from "./PanelMenu";
import { useVariables } from "./useVariables";
import { put, read } from "./variables";

/** A dashboard: `/d/<uid>` as in Grafana, and the first of them at `/`. */
export function BoardPage() {
  const { uid = config.dashboards[0]?.uid ?? "" } = useParams();
  const [params] = useSearchParams();
  const isKnown = config.dashboards.some((one) => one.uid === uid);
  const { data: dashboard, error } = useQuery({
    queryKey: ["board", uid],
    queryFn: ({ signal }) => ask<Dashboard>(`/boards/${uid}`, { signal }),
    staleTime: Infinity,
    enabled: isKnown,
  });
  const variables = useVariables(dashboard);
  const marks = useMarks(dashboard, variables?.values ?? {}, useWindow());
  if (!isKnown) return <Missing what={`No dashboard is called ${uid}.`} />;
  if (error) return <Missing what={error.message} />;
  if (!dashboard || !variables) return <div aria-busy="true" />;
  const { values, choices } = variables;
  const alone = dashboard.panels.find(({ id, type }) => type !== "row" && String(id) === params.get(ALONE));
  const panels = alone ? [alone] : dashboard.panels;
  return (
    <>
      <title>{dashboard.title}</title>
      <div className="flex flex-wrap items-center gap-2 px-3 py-2">
        <h1 className="mr-2 font-display text-xl font-medium">
          {dashboard.title.replace("Glasshouse / ", "")}
        </h1>
        <Choices choices={choices} />
        <TimeControls />
      </div>
      <p className="px-3 pb-2 text-faint">
        {dashboard.description}{" "}
        {dashboard.links
          .filter(({ type }) => type === "link")
          .map(({ title, url = "" }) => (
            <span key={title} className="ml-2">
              <Anchor to={put(url, values)} className="link">
                {title}
              </Anchor>
            </span>
          ))}
      </p>
      <div className="board px-3 pb-8">
        {panels.map((panel) =>
          panel.type === "row" ? (
            <h2 key={panel.id} className="self-end font-semibold" style={placed(panel)}>
              {read(panel.title, values)}
            </h2>
          ) : (
            <Panel key={panel.id} {...{ panel, values, marks }} isAlone={panel === alone} />
          ),
        )}
      </div>
    </>
  );
}
