import { useQuery } from "@tanstack/react-query";
import { usePerson } from "@/shared/session/session";

/** What /config.json may hold: the addresses of this installation's tools, as far as it has them. */
interface Tools {
  jaegerUrl?: string;
  grafanaUrl?: string;
  prometheusUrl?: string;
  rabbitmqUrl?: string;
}

/**
 * The tools that this visitor is shown: those of the installation to an admin and to whoever sits at its machine, where
 * the tools listen; nothing to others. That keeps pages free of dead links; it is no lock, for which each tool has
 * its own.
 */
export function useTools(): Tools {
  const isOperator = usePerson()?.isAdmin || isLocal(window.location.hostname);
  const { data } = useQuery({ queryKey: ["config"], queryFn: load, staleTime: Infinity, retry: false });
  return (isOperator && data) || {};
}

export function isLocal(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Where a trace may be looked at; undefined where it may not. */
export function useTraceUrl(traceId: string | null | undefined): string | undefined {
  const { jaegerUrl } = useTools();
  return traceId && jaegerUrl ? `${jaegerUrl.replace(/\/$/, "")}/trace/${traceId}` : undefined;
}

async function load(): Promise<Tools> {
  const response = await fetch("/config.json");
  if (!response.ok || !response.headers.get("Content-Type")?.includes("json")) return {};
  return (await response.json()) as Tools;
}
