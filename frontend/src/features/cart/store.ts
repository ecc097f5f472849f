import { create } from "zustand";
import { persist } from "zustand/middleware";
import { isObject, stored } from "@/shared/stored";

/** The name is for when the product is gone; price and picture are always asked for. */
export interface Line {
  productId: string;
  name: string;
  quantity: number;
}

export const maxQuantity = 100; // of a product, as the order service has it
export const maxLines = 50;
export const maxPieces = 200; // of an order: as many as the order service reserves for an account

const key = "glasshouse.cart";

export const useCart = create<{ lines: Line[] }>()(
  persist(
    (): { lines: Line[] } => ({ lines: [] }),
    stored(key, ({ lines }) => ({ lines: Array.isArray(lines) ? lines.filter(isLine) : [] })),
  ),
);

function isLine(value: unknown): value is Line {
  if (!isObject(value) || typeof value.productId !== "string" || typeof value.name !== "string") return false;
  const { quantity } = value;
  return typeof quantity === "number" && quantity > 0 && quantity === limited(quantity);
}

/** False when the cart holds as many different products as an order may. */
export function add(product: { id: string; name: string }, quantity: number): boolean {
  const { lines } = useCart.getState();
  const known = lines.find(({ productId }) => productId === product.id);
  if (known) {
    setQuantity(product.id, known.quantity + quantity);
    return true;
  }
  if (lines.length >= maxLines) return false;
  useCart.setState({
    lines: [...lines, { productId: product.id, name: product.name, quantity: limited(quantity) }],
  });
  return true;
}

/** Zero takes the line out. */
export function setQuantity(productId: string, quantity: number): void {
  useCart.setState(({ lines }) => ({
    lines: lines
      .map((line) => (line.productId === productId ? { ...line, quantity: limited(quantity) } : line))
      .filter((line) => line.quantity > 0),
  }));
}

/** Take out what was ordered; what was put in meanwhile stays. */
export function takeOut(ordered: { productId: string; quantity: number }[]): void {
  for (const { productId, quantity } of ordered) {
    const line = useCart.getState().lines.find((candidate) => candidate.productId === productId);
    if (line) setQuantity(productId, line.quantity - quantity);
  }
}

export function count(lines: Line[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

export function followOtherTabs(): void {
  window.addEventListener("storage", (event) => {
    if (event.key === key) void useCart.persist.rehydrate();
  });
}

function limited(quantity: number): number {
  return Math.max(0, Math.min(maxQuantity, Math.trunc(quantity)));
}
