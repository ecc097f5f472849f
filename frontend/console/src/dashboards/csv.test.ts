import { expect, test } from "vitest";
import { csv } from "./csv";

const window = { from: 0, to: 10, step: 10 };

test("a row for each time, a column for each series", () => {
  const series = [
    { name: "a", labels: {}, values: [1, null], value: 1 },
    { name: 'say "b", c', labels: {}, values: [0.5, 2], value: 2 },
  ];
  expect(csv({ series, dots: [], window }).split("\r\n")).toEqual([
    'time,a,"say ""b"", c"',
    "1970-01-01T00:00:00.000Z,1,0.5",
    "1970-01-01T00:00:10.000Z,,2",
    "",
  ]);
});

test("no name is a formula", () => {
  const series = [{ name: "=1+1", labels: {}, values: [-1], value: -1 }];
  expect(csv({ series, dots: [], window })).toContain("time,'=1+1\r\n1970-01-01T00:00:10.000Z,-1");
});
