// Colours: of series as the dashboard's overrides say, of values by the panel's thresholds and names of values.
import { PALETTE } from "./config.js";

// Which colour and dashes a series has: the last override that matches, else its own place in the palette.
export function paint(panel, name, index, taken = []) {
  const free = PALETTE.filter((colour) => !taken.includes(colour));
  let found = { colour: free[index % free.length], dash: undefined };
  for (const { matcher, properties } of panel.fieldConfig.overrides ?? []) {
    if (!matches(matcher, name)) continue;
    const value = (id) => properties.find((one) => one.id === id)?.value;
    found = { colour: value("color")?.fixedColor ?? found.colour, dash: value("custom.lineStyle")?.dash ?? found.dash };
  }
  return found;
}

export const fixedColour = (panel, name) =>
  (panel.fieldConfig.overrides ?? []).some(({ matcher }) => matches(matcher, name)) ? paint(panel, name, 0).colour : null;

const matches = ({ id, options }, name) =>
  id === "byName" ? options === name : new RegExp(options.replace(/^\/|\/$/g, "")).test(name);

export const steps = (panel) => panel.fieldConfig.defaults.thresholds.steps
  .map(({ value, color }) => ({ value: value ?? -Infinity, colour: color === "text" ? "var(--text)" : color }));

const named = (panel, value) => panel.fieldConfig.defaults.mappings?.[0]?.options?.[String(value)];

export function colourOf(panel, value) {
  let found = named(panel, value)?.color;
  if (!found) for (const step of steps(panel)) if (value >= step.value) found = step.colour;
  return found;
}

export const textOf = (panel, value) => named(panel, value)?.text;
