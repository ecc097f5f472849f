import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import { AddToCart } from "@/features/cart/AddToCart";
import { ApiError } from "@/shared/api/problem";
import { productQuery } from "@/shared/api/queries";
import { formatMoney } from "@/shared/money";
import { LinkButton } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Ids } from "@/shared/ui/Ids";
import { Picture } from "@/shared/ui/Picture";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { addressOf } from "./filters";
import { Availability } from "./ProductCard";

const layout = "page grid items-start gap-8 py-6 md:grid-cols-2 lg:gap-16 lg:py-10";

export function Component() {
  const { id = "" } = useParams();
  const { data: product, error, isPending, refetch } = useQuery(productQuery(id));
  if (isPending) return <Waiting />;
  if (!product) return <Failed error={error} retry={() => void refetch()} />;
  const inCategory = { q: "", category: product.category, min: "", max: "", sort: "newest" } as const;
  return (
    <div className={layout}>
      <title>{`${product.name} · Glasshouse`}</title>
      <Picture src={product.imageUrl} name={product.name} eager className="pane w-full" />
      <div className="md:sticky md:top-28">
        <nav aria-label="Breadcrumb" className="text-sm text-faint">
          <Link to="/" className="link">
            Everything
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
          <AddToCart product={product} />
        </div>
        <ul className="mt-8 grid gap-2 border-t border-line pt-6 text-faint">
          <li>Free delivery, no tax to be added.</li>
          <li>Reserved for you as soon as you order, paid only then.</li>
        </ul>
      </div>
    </div>
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
  const isUnknown = problem?.status === 404 || problem?.status === 422;
  return (
    <div className="page max-w-2xl py-12">
      <h1 className="title mb-6">
        {isUnknown ? "There is no such product" : "This product could not be loaded"}
      </h1>
      {isUnknown ? (
        <>
          <p className="mb-6 text-lg text-faint">We may no longer sell it.</p>
          <LinkButton to="/">See all products</LinkButton>
          <Ids requestId={problem.requestId} traceId={problem.traceId} />
        </>
      ) : (
        <ErrorNotice error={error} retry={retry} />
      )}
    </div>
  );
}
