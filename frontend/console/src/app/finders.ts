import { rules } from "~/alerts/rules";
import { config } from "~/shared/config";
import { tracesOf } from "~/shared/traces";

/** Something that the search leads to. */
export interface Found {
  kind: string;
  title: string;
  to: string;
}

/** What the words may mean. A finder that knows nothing of them gives nothing. */
type Finder = (text: string, signal: AbortSignal) => Found[] | Promise<Found[]>;

const dashboards: Finder = (text) => {
  const words = text.toLowerCase().split(/\s+/);
  return config.dashboards
    .filter(({ title, description }) =>
      words.every((word) => `${title} ${description}`.toLowerCase().includes(word)),
    )
    .map(({ uid, title }) => ({ kind: "dashboard", title, to: `/d/${uid}` }));
};

const alerts: Finder = async (text, signal) => {
  const names = new Set((await rules(signal)).map(({ name }) => name));
  return [...names]
    .filter((name) => name.toLowerCase().includes(text.toLowerCase()))
    .slice(0, 5)
    .map((name) => ({ kind: "alert", title: name, to: `/alerts?q=${name}` }));
};

/** A trace id, or the id of an order or a request. */
const ids: Finder = async (text, signal) => {
  if (!/^[\w.-]{8,64}$/.test(text) || !/\d/.test(text)) return [];
  const found = await tracesOf(text, signal);
  return found.map(({ trace, root, kind }) => ({
    kind,
    title: `${root}, trace ${trace.slice(0, 8)}…`,
    to: `${config.addresses.jaeger}/trace/${trace}`,
  }));
};

export const FINDERS: Finder[] = [ids, dashboards, alerts];
