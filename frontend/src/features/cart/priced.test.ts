import { expect, test } from "vitest";
import { ApiError } from "@/shared/api/problem";
import type { Product } from "@/shared/api/types";
import { price } from "./priced";
import { maxPieces } from "./store";

const mug = { id: "20", name: "Mug", priceCents: 500, currency: "EUR", stock: 150 } as Product;
const can = { ...mug, id: "5", name: "Can", priceCents: 300 };
const line = ({ id, name }: Product, quantity: number) => ({ productId: id, name, quantity });

test("the total is of today's prices", () => {
  const cart = price(
    [line(mug, 2), line(can, 1)],
    [
      { data: mug, error: null },
      { data: can, error: null },
    ],
  );
  expect(cart).toMatchObject({ total: 1300, isOrderable: true, isTooMany: false });
});

test("a product that is gone is not ordered, although it was read before", () => {
  const cart = price(
    [line(mug, 2), line(can, 1)],
    [
      { data: mug, error: new ApiError(404) },
      { data: can, error: null },
    ],
  );
  expect(cart).toMatchObject({ total: 300, isOrderable: false });
  expect(cart.lines[0]).toMatchObject({ product: undefined, gone: true });
});

test("a shop that does not answer takes no product away", () => {
  const cart = price([line(mug, 2)], [{ data: mug, error: new ApiError(503) }]);
  expect(cart).toMatchObject({ total: 1000, isOrderable: true });
});

test("more than there is, or than an order may have, is not ordered", () => {
  const found = [mug, can].map((data) => ({ data, error: null }));
  expect(price([line(mug, mug.stock + 1)], found)).toMatchObject({ isOrderable: false, isTooMany: false });
  const [half, more] = [maxPieces / 2, maxPieces / 2 + 1];
  expect(price([line(mug, half), line(can, half)], found).isOrderable).toBe(true);
  expect(price([line(mug, half), line(can, more)], found)).toMatchObject({
    isOrderable: false,
    isTooMany: true,
  });
});
