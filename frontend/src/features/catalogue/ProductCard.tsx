import { Link } from "react-router";
import { put } from "@/features/cart/AddToCart";
import type { Product } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { Picture } from "@/shared/ui/Picture";

export function ProductCard({ product, eager = false }: { product: Product; eager?: boolean }) {
  const { id, name, category, priceCents, currency, imageUrl, stock } = product;
  return (
    <li className="group relative flex flex-col">
      <div className="overflow-hidden">
        <Picture
          src={imageUrl}
          name=""
          eager={eager}
          className={`w-full transition-transform duration-500 ease-out group-hover:scale-[1.03] ${stock === 0 ? "opacity-60 grayscale" : ""}`}
        />
      </div>
      <div className="flex grow flex-col gap-1 p-3 sm:p-4">
        <p className="text-sm text-faint max-sm:hidden">{category}</p>
        <h2 className="leading-snug font-semibold sm:text-lg">
          <Link to={`/products/${id}`} className="group-hover:text-leaf before:absolute before:inset-0">
            {name}
          </Link>
        </h2>
        <Availability stock={stock} />
        <div className="mt-auto flex items-end justify-between gap-2 pt-1 sm:pt-2">
          <p className="font-display text-xl tabular-nums">{formatMoney(priceCents, currency)}</p>
          {stock > 0 && (
            <button
              type="button"
              aria-label={`Add ${name} to cart`}
              onClick={() => void put(product, 1)}
              className="relative -m-1 flex size-11 items-center justify-center rounded-full border border-edge text-xl leading-none transition-colors hover:border-leaf hover:bg-leaf hover:text-on-leaf"
            >
              +
            </button>
          )}
        </div>
      </div>
    </li>
  );
}

const few = 20; // as the product service has it

export function Availability({ stock, always = false }: { stock: number; always?: boolean }) {
  if (stock === 0) return <p className="text-sm font-medium text-clay">Sold out</p>;
  if (stock <= few) return <p className="text-sm font-medium text-sun">Only {stock} left</p>;
  return always ? <p className="text-sm font-medium text-leaf">In stock</p> : null;
}
