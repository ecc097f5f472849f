import { config } from "~/shared/config";
import type { Override, Panel } from "./model";

export interface Paint {
  colour: string;
  dash?: number[];
}

/** The colour and dashes of each series: the last override that matches, else the next free colour of the palette. */
export function paints(panel: Panel, names: string[]): Paint[] {
  const taken = names.map((name) => fixed(panel, name)?.colour);
  const free = config.palette.filter((colour) => !taken.includes(colour));
  return names.map((name, index) => fixed(panel, name) ?? { colour: free[index % free.length] ?? "#8e8e8e" });
}

/** What the dashboard says of this series, if it says anything. */
export function fixed(panel: Panel, name: string): Paint | undefined {
  let found: Paint | undefined;
  for (const { matcher, properties } of panel.fieldConfig.overrides) {
    if (!matches(matcher, name)) continue;
    const value = (id: string) => properties.find((one) => one.id === id)?.value;
    const colour = value("color")?.fixedColor ?? found?.colour;
    if (colour) found = { colour, dash: value("custom.lineStyle")?.dash ?? found?.dash };
  }
  return found;
}

const matches = ({ id, options }: Override["matcher"], name: string) =>
  id === "byName" ? options === name : new RegExp(options.replace(/^\/|\/$/g, "")).test(name);

/** The thresholds: from which value on which colour holds. */
export const steps = (panel: Panel) =>
  (panel.fieldConfig.defaults.thresholds?.steps ?? []).map(({ value, color }) => ({
    value: value ?? -Infinity,
    colour: color === "text" ? "var(--color-ink)" : color,
  }));

/** For text, which is to be read in light and in dark: nearer to the colour of all other text. */
export const forText = (colour: string) => `color-mix(in srgb, ${colour} 60%, var(--color-ink))`;

/** For what is behind white text. */
export const forBackground = (colour: string) => `color-mix(in srgb, ${colour} 80%, black)`;

const named = (panel: Panel, value: number) =>
  panel.fieldConfig.defaults.mappings?.[0]?.options[String(value)];

export const colourOf = (panel: Panel, value: number): string =>
  named(panel, value)?.color ??
  steps(panel).findLast((step) => value >= step.value)?.colour ??
  "var(--color-ink)";

export const textOf = (panel: Panel, value: number): string | undefined => named(panel, value)?.text;
