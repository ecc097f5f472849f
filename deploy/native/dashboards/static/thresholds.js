// Colours: of series in turn, and of values by the panel's thresholds.
const NAMED = { green: "#5fb35a", orange: "#ff9830", red: "#f2495c" };
const SERIES = ["#6ea8fe", "#5fb35a", "#ffb357", "#e06cc4", "#3ec9c9", "#b877d9", "#f2cc0c", "#ff7383", "#8ab8ff",
  "#96d98d", "#c98bff", "#d6a37c"];

export const seriesColour = (index) => SERIES[index % SERIES.length];

export const steps = (panel) => panel.fieldConfig.defaults.thresholds.steps
  .map(({ value, color }) => ({ value: value ?? -Infinity, colour: NAMED[color] ?? color }));

export function colourOf(panel, value) {
  let colour = NAMED.green;
  for (const step of steps(panel)) if (value >= step.value) colour = step.colour;
  return colour;
}

export function textOf(panel, value) {
  return panel.fieldConfig.defaults.mappings?.[0]?.options?.[String(value)]?.text;
}
