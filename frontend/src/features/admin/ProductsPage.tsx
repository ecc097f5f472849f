import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { flushSync } from "react-dom";
import { Link } from "react-router";
import { productQuery } from "@/shared/api/queries";
import type { Product, ProductDetails } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { notify } from "@/shared/notices";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { Picture } from "@/shared/ui/Picture";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { useSettled } from "@/shared/useSettled";
import { AdminFrame } from "./AdminFrame";
import { AdminList } from "./AdminList";
import { ProductForm } from "./ProductForm";
import { adminProductsQuery, useDeleteProduct } from "./queries";
import { StockForm } from "./StockForm";

type Open = { what: "new" } | { what: "edit" | "stock" | "delete"; product: Product };

export function Component() {
  const [words, setWords] = useState("");
  const [open, setOpen] = useState<Open | null>(null);
  const list = useInfiniteQuery({
    ...adminProductsQuery(useSettled(words.trim())),
    placeholderData: keepPreviousData,
  });
  const close = () => setOpen(null);
  return (
    <AdminFrame
      title="Products"
      action={<Button onClick={() => setOpen({ what: "new" })}>New product</Button>}
    >
      <input
        type="search"
        className="field mb-4 max-w-sm"
        aria-label="Find a product"
        placeholder="Find by name or category"
        maxLength={100}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <AdminList
        list={list}
        what="product"
        empty="Nothing matches"
        row={(product) => (
          <Row key={product.id} product={product} open={(what) => setOpen({ what, product })} />
        )}
      />
      {open?.what === "new" && (
        <Dialog title="New product" close={close}>
          <ProductForm done={close} />
        </Dialog>
      )}
      {open?.what === "edit" && (
        <Dialog title={`Edit ${open.product.name}`} close={close}>
          <EditForm id={open.product.id} done={close} />
        </Dialog>
      )}
      {open?.what === "stock" && (
        <Dialog title={`Stock of ${open.product.name}`} close={close}>
          <StockForm product={open.product} done={close} />
        </Dialog>
      )}
      {open?.what === "delete" && <DeleteDialog product={open.product} close={close} />}
    </AdminFrame>
  );
}

/**
 * With everything that the product has: a list tells less, and saving that would forget the rest. It is as it was read
 * when the form was opened, not before; what is read while it is edited changes no field.
 */
function EditForm({ id, done }: { id: string; done: () => void }) {
  const [product, setProduct] = useState<ProductDetails>();
  const { data, error, isFetchedAfterMount, isSuccess, refetch } = useQuery({
    ...productQuery(id),
    staleTime: 0,
    gcTime: 0,
  });
  if (!product && isSuccess && isFetchedAfterMount) setProduct(data);
  if (product) return <ProductForm product={product} done={done} />;
  if (error)
    return (
      <ErrorNotice error={error} title="The product could not be loaded." retry={() => void refetch()} />
    );
  return (
    <>
      <Loading what="the product" />
      <Skeleton className="h-96" />
    </>
  );
}

function Row({ product, open }: { product: Product; open: (what: "edit" | "stock" | "delete") => void }) {
  const { id, name, category, priceCents, currency, imageUrl, stock } = product;
  const action = "link min-h-11";
  return (
    <li className="grid grid-cols-[3.5rem_1fr_auto] items-center gap-x-4 gap-y-1 px-4 py-3 md:grid-cols-[3.5rem_1fr_7rem_9rem_13rem]">
      <Picture src={imageUrl} name="" className="size-14 rounded-pane" />
      <div className="min-w-0">
        <Link to={`/products/${id}`} className="font-semibold hover:text-leaf">
          {name}
        </Link>
        <p className="text-sm text-faint">{category}</p>
      </div>
      <p className="text-right tabular-nums">{formatMoney(priceCents, currency)}</p>
      <p
        className={`col-start-2 tabular-nums md:col-start-auto md:text-right ${stock === 0 ? "text-clay" : ""}`}
      >
        {stock} available
      </p>
      <p className="col-span-2 col-start-2 flex gap-5 md:col-span-1 md:col-start-auto md:justify-end">
        <button type="button" className={action} aria-label={`Edit ${name}`} onClick={() => open("edit")}>
          Edit
        </button>
        <button
          type="button"
          className={action}
          aria-label={`Stock of ${name}`}
          onClick={() => open("stock")}
        >
          Stock
        </button>
        <button type="button" className={action} aria-label={`Delete ${name}`} onClick={() => open("delete")}>
          Delete
        </button>
      </p>
    </li>
  );
}

function DeleteDialog({ product, close }: { product: Product; close: () => void }) {
  const remove = useDeleteProduct();
  const confirm = () =>
    remove.mutate(product.id, {
      onSuccess: () => {
        notify(`${product.name} is deleted.`);
        flushSync(close); // it gives the focus back to the product's row, which goes
        document.getElementById("main")?.focus({ preventScroll: true });
      },
    });
  return (
    <Dialog title={`Delete ${product.name}?`} close={close}>
      <p>It is removed from the shop. Orders that contain it keep it.</p>
      {remove.isError && (
        <div className="mt-4">
          <ErrorNotice
            error={remove.error}
            title="It was not deleted."
            unknown="We do not know whether it was deleted. Look in the list."
          />
        </div>
      )}
      <div className="mt-6 flex justify-end gap-3">
        <Button look="quiet" onClick={close}>
          Keep it
        </Button>
        <Button look="danger" busy={remove.isPending} onClick={confirm}>
          Delete product
        </Button>
      </div>
    </Dialog>
  );
}
