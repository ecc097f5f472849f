import { ask } from "./http";

interface Config {
  /** Other pages, as a browser reaches them, by the names in grafana/board.py. */
  addresses: Record<string, string>;
  dashboards: Record<"uid" | "title" | "description", string>[];
  /** grafana/colours.toml: of services, of meanings, of everything else. */
  services: Record<string, string>;
  meanings: Record<string, string>;
  palette: string[];
}

/** What this installation tells the console. main.tsx fills it before anything is drawn. */
export const config: Config = { addresses: {}, dashboards: [], services: {}, meanings: {}, palette: [] };

export async function loadConfig(): Promise<void> {
  Object.assign(config, await ask<Config>("/config.json"));
  config.addresses.jaeger = location.origin; // the console has Jaeger's pages, at the same paths
}
