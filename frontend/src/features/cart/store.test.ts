import { beforeEach, expect, test, vi } from "vitest";
import { add, count, maxLines, maxQuantity, setQuantity, takeOut, useCart } from "./store";

const mug = { id: "20", name: "Stoneware mug" };
const lines = () => useCart.getState().lines;

beforeEach(() => useCart.setState({ lines: [] }));

test("the same product twice is one line", () => {
  add(mug, 2);
  add(mug, 3);
  expect(lines()).toEqual([{ productId: "20", name: "Stoneware mug", quantity: 5 }]);
  expect(count(lines())).toBe(5);
});

test("a line holds no more than an order may", () => {
  add(mug, 99);
  add(mug, 99);
  expect(lines()[0]?.quantity).toBe(maxQuantity);
});

test("a cart holds no more lines than an order may", () => {
  for (let id = 1; id <= maxLines; id++) expect(add({ id: String(id), name: "" }, 1)).toBe(true);
  expect(add({ id: "one more", name: "" }, 1)).toBe(false);
  expect(lines()).toHaveLength(maxLines);
  expect(add({ id: "1", name: "" }, 1)).toBe(true);
});

test("none of a product is no line", () => {
  add(mug, 2);
  setQuantity(mug.id, 0);
  expect(lines()).toEqual([]);
});

test("what was put in while an order was under way stays", () => {
  add(mug, 2);
  const ordered = [{ productId: mug.id, quantity: 2 }];
  add(mug, 1);
  add({ id: "5", name: "Watering can" }, 1);
  takeOut(ordered);
  expect(lines().map(({ productId, quantity }) => [productId, quantity])).toEqual([
    ["20", 1],
    ["5", 1],
  ]);
});

test("the cart is there after a reload", async () => {
  add(mug, 2);
  const stored = localStorage.getItem("glasshouse.cart");
  useCart.setState({ lines: [] });
  localStorage.setItem("glasshouse.cart", stored!);
  await useCart.persist.rehydrate();
  expect(count(lines())).toBe(2);
});

test.each([
  { lines: null },
  "abc",
  [null],
  { lines: [null, "abc", { productId: 5 }] },
  { lines: "abc" },
  null,
])("what is no cart in the storage is none: %j", async (state) => {
  localStorage.setItem("glasshouse.cart", JSON.stringify({ state, version: 0 }));
  await useCart.persist.rehydrate();
  expect(lines()).toEqual([]);
});

test.each([0, -1, 1.5, 1000, "2", null])("a line of %j pieces is none", async (quantity) => {
  const good = { productId: "20", name: "Mug", quantity: 2 };
  const state = { lines: [{ ...good, quantity }, good] };
  localStorage.setItem("glasshouse.cart", JSON.stringify({ state, version: 0 }));
  await useCart.persist.rehydrate();
  expect(lines()).toEqual([good]);
});

test("when the storage is full the cart goes on, also for another look into the storage", async () => {
  const full = vi.spyOn(localStorage, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  add(mug, 2);
  await useCart.persist.rehydrate();
  expect(count(lines())).toBe(2);

  full.mockRestore();
  add(mug, 1);
  expect(localStorage.getItem("glasshouse.cart")).toContain('"quantity":3');
});
