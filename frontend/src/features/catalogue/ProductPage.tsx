import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { AddToCart } from "@/features/cart/AddToCart";
import { ApiError } from "@/shared/api/problem";
import { isGone, productQuery } from "@/shared/api/queries";
import type { ProductDetails } from "@/shared/api/types";
import { deliveredBy } from "@/shared/delivery";
import { formatMoney } from "@/shared/money";
import { formatTime } from "@/shared/time";
import { LinkButton } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Ids } from "@/shared/ui/Ids";
import { Picture } from "@/shared/ui/Picture";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { addressOf } from "./filters";
import { Availability, ProductCard } from "./ProductCard";
import { relatedQuery } from "./queries";

const layout = "page grid items-start gap-8 py-6 md:grid-cols-2 lg:gap-16 lg:py-10";

export function Component() {
  const { id = "" } = useParams();
  const { data: product, error, isPending, refetch } = useQuery(productQuery(id));
  if (isPending) return <Waiting />;
  if (!product || isGone(error)) return <Failed error={error} retry={() => void refetch()} />;
  const inCategory = { q: "", category: product.category, min: "", max: "", sort: "newest" } as const;
  return (
    <>
      <div className={layout}>
        <title>{`${product.name} · Glasshouse`}</title>
        <Picture src={product.imageUrl} name={product.name} eager className="pane w-full" />
        <div>
          <nav aria-label="Breadcrumb" className="text-sm text-faint">
            <Link to="/" className="link">
              All products
            </Link>{" "}
            <span aria-hidden="true">/</span>{" "}
            <Link to={addressOf(inCategory)} className="link">
              {product.category}
            </Link>
          </nav>
          <h1 className="title mt-4">{product.name}</h1>
          <p className="mt-4 font-display text-3xl tabular-nums">
            {formatMoney(product.priceCents, product.currency)}
          </p>
          <div className="mt-2">
            <Availability stock={product.stock} always />
          </div>
          <p className="mt-6 max-w-prose text-lg leading-relaxed text-pretty">{product.description}</p>
          <div className="mt-8">
            <AddToCart key={product.id} product={product} />
          </div>
          <ul className="mt-8 grid gap-2 border-t border-line pt-6 text-faint">
            {product.stock > 0 && (
              <li>
                Order today, delivered by{" "}
                <strong className="text-ink">
                  {formatTime(deliveredBy(product.deliveryDays ?? 3), "weekday")}
                </strong>
              </li>
            )}
            <li>Free delivery, all taxes included</li>
            <li>We reserve it before we charge your card</li>
          </ul>
          <Specifications product={product} />
        </div>
      </div>
      <Related product={product} />
    </>
  );
}

function Specifications({ product: { specifications } }: { product: ProductDetails }) {
  if (!specifications?.length) return null;
  return (
    <section aria-labelledby="specifications" className="mt-8">
      <h2 id="specifications" className="heading mb-3">
        Specifications
      </h2>
      <table className="w-full table-fixed text-left">
        <tbody>
          {specifications.map(({ name, value }) => (
            <tr key={name} className="border-t border-line align-top">
              <th scope="row" className="w-2/5 py-2.5 pr-4 font-normal text-faint">
                {name}
              </th>
              <td className="py-2.5">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Nothing is said when they do not come: the page is whole without them. */
function Related({ product }: { product: ProductDetails }) {
  const { data: related } = useQuery(relatedQuery(product));
  if (!related?.length) return null;
  return (
    <section aria-labelledby="related" className="page pt-6 pb-10">
      <h2 id="related" className="heading mb-4">
        More in {product.category}
      </h2>
      <ul className="panes grid-cols-2 md:grid-cols-4">
        {related.map((other) => (
          <ProductCard key={other.id} product={other} />
        ))}
      </ul>
    </section>
  );
}

function Waiting() {
  return (
    <div className={layout}>
      <Loading what="the product" />
      <Skeleton className="aspect-square" />
      <div className="grid gap-4">
        <Skeleton className="h-5 w-40" />
        <Skeleton className="h-12 w-3/4" />
        <Skeleton className="h-8 w-32" />
        <Skeleton className="h-28" />
        <Skeleton className="h-11 w-56" />
      </div>
    </div>
  );
}

function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const problem = error instanceof ApiError ? error : undefined;
  return (
    <div className="page max-w-2xl py-12">
      <h1 className="title mb-6">
        {isGone(error) ? "There is no such product" : "This product could not be loaded"}
      </h1>
      {isGone(error) ? (
        <>
          <p className="mb-6 text-lg text-faint">We may no longer sell it.</p>
          <LinkButton to="/">See all products</LinkButton>
          <Ids requestId={problem?.requestId} traceId={problem?.traceId} />
        </>
      ) : (
        <ErrorNotice error={error} retry={retry} />
      )}
    </div>
  );
}
