import { describe, expect, it } from "vitest";
import { ofNow, type Drawn } from "./data";
import type { Panel } from "./model";

const drawn = {
  series: [
    { name: "ended", labels: {}, values: [1, 1, null, null], value: 1 },
    { name: "there", labels: {}, values: [null, null, null, 2], value: 2 },
  ],
  dots: [],
} as unknown as Drawn;
const names = (type: Panel["type"]) => ofNow({ type } as Panel, drawn).series.map(({ name }) => name);

describe("what a panel shows", () => {
  it("is what there is now, where it is one value", () => {
    expect(names("stat")).toEqual(["there"]);
    expect(names("gauge")).toEqual(["there"]);
  });

  it("is the whole course of a line, also of one that has ended", () => {
    expect(names("timeseries")).toEqual(["ended", "there"]);
  });
});
