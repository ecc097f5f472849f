import { expect, test } from "vitest";
import { faultOf, type Control } from "./faults";

const right = {
  valid: true,
  typeMismatch: false,
  badInput: false,
  stepMismatch: false,
  rangeUnderflow: false,
  rangeOverflow: false,
};

function control(value: string, more: Partial<Control> = {}, wrong: Partial<typeof right> = {}): Control {
  const validity = { ...right, valid: Object.keys(wrong).length === 0, ...wrong };
  return { name: "x", value, type: "text", required: true, validity, ...more };
}

test.each([
  ["", {}, {}, "City is needed."],
  ["   ", {}, {}, "City is needed."],
  ["", { required: false }, {}, ""],
  ["Bonn", {}, {}, ""],
  ["abc", { minLength: 6 }, {}, "City needs at least 6 characters."],
  ["", { minLength: 6, required: false }, {}, ""],
  ["ada", { type: "email" }, { typeMismatch: true }, "This is not an email address."],
  ["-1", { min: "0" }, { rangeUnderflow: true }, "The least is 0."],
  ["9", { max: "5" }, { rangeOverflow: true }, "The most is 5."],
  ["1.5", {}, { stepMismatch: true }, "A whole number is needed."],
  ["", {}, { badInput: true }, "This is not a number."],
])("%j with %j and %j: %s", (value, more, wrong, fault) => {
  const found = faultOf(control(value, more, wrong), "City");
  expect(fault ? found.startsWith(fault) : found === "").toBe(true);
});
