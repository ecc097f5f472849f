import { ask } from "./http";

interface Answer {
  result: { resourceSpans: { resource?: Attributes; scopeSpans: { spans: Span[] }[] }[] };
}

interface Span {
  traceId: string;
  parentSpanId?: string;
  name: string;
}

interface Attributes {
  attributes?: { key: string; value: { stringValue?: string } }[];
}

/** A trace that has something to do with an id. */
export interface Named {
  trace: string;
  root: string;
  kind: "trace" | "request" | "order";
}

const KEYS = { request: "shop.request.id", order: "shop.order.id" } as const;
const BROWSER = "frontend"; // anybody may claim any id in a browser's span
const DAY = 86_400_000;

/** The traces of a trace id, or of a request or an order of the last day. */
export async function tracesOf(id: string, signal?: AbortSignal): Promise<Named[]> {
  if (/^[0-9a-f]{32}$/i.test(id)) {
    const found = await read(`/api/v3/traces/${id.toLowerCase()}`, "trace", signal);
    if (found.length) return found; // the id of a request can look like that of a trace
  }
  const { services } = await ask<{ services: string[] | null }>("/api/v3/services", { signal });
  const questions = (services ?? [])
    .filter((service) => service !== BROWSER)
    .flatMap((service) =>
      (["order", "request"] as const).map((kind) => read(search(service, KEYS[kind], id), kind, signal)),
    );
  const found = (await Promise.all(questions)).flat();
  return [...new Map(found.map((one) => [one.trace, one])).values()];
}

/** Some of Jaeger's stores search attributes only within a service. */
function search(service: string, key: string, value: string): string {
  const query = {
    "query.serviceName": service,
    "query.attributes": JSON.stringify({ [key]: value }),
    "query.startTimeMin": new Date(Date.now() - DAY).toISOString(),
    "query.startTimeMax": new Date(Date.now() + 60_000).toISOString(),
    "query.searchDepth": "20",
  };
  return `/api/v3/traces?${new URLSearchParams(query)}`;
}

async function read(url: string, kind: Named["kind"], signal?: AbortSignal): Promise<Named[]> {
  const answer = await ask<Answer>(url, { signal }).catch((error: Error) => {
    if (error.message.includes("No traces found") || error.message.includes("404")) return undefined;
    throw error;
  });
  const roots = new Map<string, string>();
  for (const { resource, scopeSpans } of answer?.result.resourceSpans ?? []) {
    const service = resource?.attributes?.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
      if (!span.parentSpanId || !roots.has(span.traceId)) roots.set(span.traceId, `${service}: ${span.name}`);
    }
  }
  return [...roots].map(([trace, root]) => ({ trace, root, kind }));
}
