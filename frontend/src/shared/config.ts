import { useQuery } from "@tanstack/react-query";

interface Config {
  jaegerUrl?: string;
  grafanaUrl?: string;
}

/** Where this installation shows its traces and dashboards; what it does not say, it does not have. */
export function useConfig(): Config {
  const { data } = useQuery({ queryKey: ["config"], queryFn: load, staleTime: Infinity, retry: false });
  return data ?? {};
}

/** Where a trace may be looked at; undefined where it may not. */
export function useTraceUrl(traceId: string | undefined): string | undefined {
  const { jaegerUrl } = useConfig();
  return traceId && jaegerUrl && `${jaegerUrl.replace(/\/$/, "")}/trace/${traceId}`;
}

async function load(): Promise<Config> {
  const response = await fetch("/config.json");
  if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) return {};
  return (await response.json()) as Config;
}
