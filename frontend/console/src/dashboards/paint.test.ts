import { expect, test } from "vitest";
import { forBackground, forText } from "./paint";

// The meanings of grafana/colours.toml, and ink on panes as look.css has them, light and dark.
const [SUCCESS, FAILURE, THROTTLED, QUIET] = ["#3fa34d", "#d64545", "#d9a321", "#8e8e8e"] as const;
const PAGES = [
  ["#10231c", "#ffffff"],
  ["#e8f1ec", "#131e1a"],
] as const;

test.each([SUCCESS, FAILURE, THROTTLED, QUIET])("%s is read as text", (colour) => {
  for (const [ink, pane] of PAGES)
    expect(contrast(mixed(forText(colour), ink), channels(pane))).toBeGreaterThan(4.5);
});

test.each([SUCCESS, FAILURE])("white is read on %s", (colour) => {
  expect(contrast(mixed(forBackground(colour), "#000000"), channels("#ffffff"))).toBeGreaterThan(4.5);
});

const channels = (colour: string) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** What a browser makes of `color-mix` with this second colour. */
function mixed(mix: string, other: string) {
  const [, colour = "", percent] = /srgb, (#\w{6}) (\d+)%/.exec(mix) ?? [];
  const share = Number(percent) / 100;
  return channels(colour).map((value, at) => value * share + (channels(other)[at] ?? 0) * (1 - share));
}

/** As WCAG 2 defines it. */
function contrast(...both: [number[], number[]]) {
  const [light, dark] = both.map(luminance).sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: number[]) {
  const linear = colour.map((value) => ((value / 255 + 0.055) / 1.055) ** 2.4); // but for the darkest
  return [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => sum + share * (linear[at] ?? 0), 0);
}
