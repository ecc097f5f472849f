import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import { Quantity } from "./Quantity";

test("a button that can do no more says so, and keeps the focus: it is not disabled", () => {
  const shown = renderToStaticMarkup(<Quantity value={3} of="Mug" max={3} change={() => undefined} />);
  expect(shown).toMatch(/aria-label="One more of Mug" aria-disabled="true"/);
  expect(shown).toMatch(/aria-label="One less of Mug" aria-disabled="false"/);
  expect(shown).not.toMatch(/ disabled/);
});
