import type { RouteObject } from "react-router";
import { AlertsPage } from "~/alerts/AlertsPage";
import { BoardPage } from "~/dashboards/BoardPage";
import { ListPage } from "~/dashboards/ListPage";
import { LogsPage } from "~/logs/LogsPage";
import { SearchPage } from "~/traces/SearchPage";
import { SheetPage } from "~/traces/SheetPage";
import { TracePage } from "~/traces/TracePage";

/** A part of the console: its name in the header, and its pages. */
interface Section {
  name: string;
  to: string;
  /** The first words of its paths, for the header to show where one is. */
  owns: string[];
  routes: RouteObject[];
}

/** Adding a section here is all that the header, the router and the keyboard need. */
export const SECTIONS: Section[] = [
  {
    name: "Dashboards",
    to: "/dashboards",
    owns: ["", "d", "dashboards"],
    routes: [
      { path: "/", Component: BoardPage },
      { path: "/d/:uid/:slug?", Component: BoardPage },
      { path: "/dashboards", Component: ListPage },
    ],
  },
  {
    name: "Traces",
    to: "/search",
    owns: ["search", "trace", "dependencies"],
    routes: [
      { path: "/search", Component: SearchPage },
      { path: "/trace/:id", Component: TracePage },
      { path: "/dependencies", Component: SheetPage },
    ],
  },
  { name: "Logs", to: "/logs", owns: ["logs"], routes: [{ path: "/logs", Component: LogsPage }] },
  { name: "Alerts", to: "/alerts", owns: ["alerts"], routes: [{ path: "/alerts", Component: AlertsPage }] },
];
