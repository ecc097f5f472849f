import { useState } from "react";
import type { Product } from "@/shared/api/types";
import { notify } from "@/shared/notices";
import { Button } from "@/shared/ui/Button";
import { withSpan } from "@/telemetry";
import { Quantity } from "./Quantity";
import { add, maxLines, maxQuantity } from "./store";

export function AddToCart({ product }: { product: Product }) {
  const [quantity, setQuantity] = useState(1);
  if (product.stock === 0) return <Button disabled>Sold out</Button>;
  return (
    <div className="flex flex-wrap gap-3">
      <Quantity
        value={quantity}
        of={product.name}
        max={Math.min(maxQuantity, product.stock)}
        change={setQuantity}
      />
      <Button className="grow sm:grow-0 sm:px-10" onClick={() => void put(product, quantity)}>
        Add to cart
      </Button>
    </div>
  );
}

/** A span of its own: the action of the customer that everything else begins with. */
export function put(product: Product, quantity: number): Promise<void> {
  return withSpan(
    "add to cart",
    { "shop.product.id": product.id, "shop.cart.quantity": quantity },
    async () => {
      const isIn = add(product, quantity);
      notify(
        isIn
          ? `${product.name} is in your cart.`
          : `A cart holds at most ${maxLines} different products. Order these first.`,
        { to: "/cart", name: "View cart" },
      );
    },
  );
}
