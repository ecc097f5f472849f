import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { categoriesQuery } from "@/features/catalogue/queries";
import { ApiError } from "@/shared/api/problem";
import type { ProductDetails } from "@/shared/api/types";
import { parseMoney, shopCurrency, typedMoney } from "@/shared/money";
import { notify } from "@/shared/notices";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextArea, TextField } from "@/shared/ui/Field";
import { Form } from "@/shared/ui/Form";
import { useAddProduct, useEditProduct } from "./queries";
import { useIdempotencyKey } from "./repeats";
import { parseTable, showTable } from "./table";

/** A new product, or the edit of one. */
export function ProductForm({ product, done }: { product?: ProductDetails; done: () => void }) {
  const add = useAddProduct();
  const edit = useEditProduct();
  const keyOf = useIdempotencyKey();
  const categories = useQuery(categoriesQuery);
  const [priceFault, setPriceFault] = useState("");
  const [tableFault, setTableFault] = useState("");
  const error = add.error ?? edit.error;
  const faults = error instanceof ApiError ? error.faults : [];
  const faultOf = (field: string) => faults.find((fault) => fault.field === `body.${field}`)?.message;
  const tableProblem = faults.find(({ field }) => field.startsWith("body.specifications"))?.message;
  const currency = product?.currency ?? shopCurrency;

  const send = (form: HTMLFormElement) => {
    const given = new FormData(form);
    const of = (field: string) => String(given.get(field) ?? "").trim();
    const priceCents = parseMoney(of("price"), currency);
    const specifications = parseTable(of("specifications"));
    setPriceFault(priceCents === undefined ? "A price looks like 12 or 12.50." : "");
    setTableFault(specifications ? "" : "Each line looks like Weight: 250 g.");
    if (priceCents === undefined || !specifications) return;
    const edited = {
      name: of("name"),
      description: of("description"),
      category: of("category"),
      priceCents,
      imageUrl: of("imageUrl") || undefined,
      deliveryDays: Number(of("deliveryDays")),
      specifications,
    };
    const onSuccess = () => {
      notify(`${edited.name} is saved.`);
      done();
    };
    if (product) edit.mutate({ id: product.id, version: product.version, ...edited }, { onSuccess });
    else {
      const added = { ...edited, stock: Number(of("stock")) };
      add.mutate({ key: keyOf(added), ...added }, { onSuccess });
    }
  };

  return (
    <Form send={send} problem={error ?? (priceFault || tableFault)} className="grid gap-5">
      <TextField
        label="Name"
        name="name"
        maxLength={200}
        defaultValue={product?.name}
        fault={faultOf("name")}
      />
      <TextArea
        label="Description"
        name="description"
        optional
        rows={4}
        maxLength={5000}
        defaultValue={product?.description}
        fault={faultOf("description")}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <TextField
          label="Category"
          name="category"
          maxLength={60}
          list="categories"
          defaultValue={product?.category}
          fault={faultOf("category")}
        />
        <datalist id="categories">
          {categories.data?.items.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextField
          label={`Price in ${currency}`}
          name="price"
          inputMode="decimal"
          defaultValue={product && typedMoney(product.priceCents, currency)}
          fault={priceFault || faultOf("priceCents")}
        />
      </div>
      <TextField
        label="Picture"
        name="imageUrl"
        optional
        maxLength={500}
        placeholder="/images/products/1.svg"
        defaultValue={product?.imageUrl}
        fault={faultOf("imageUrl") && "A path on this site, such as /images/products/1.svg."}
      />
      <TextArea
        label="Specifications"
        name="specifications"
        optional
        rows={5}
        hint="One a line, such as Weight: 250 g. At most 20."
        defaultValue={product && showTable(product.specifications)}
        fault={tableFault || tableProblem}
      />
      <TextField
        label="Delivery, in working days"
        name="deliveryDays"
        type="number"
        min={1}
        max={60}
        defaultValue={product?.deliveryDays ?? 3}
        fault={faultOf("deliveryDays")}
      />
      {!product && (
        <TextField
          label="Stock"
          name="stock"
          type="number"
          min={0}
          max={1000000}
          defaultValue={0}
          fault={faultOf("stock")}
        />
      )}
      {error && faults.length === 0 && (
        <ErrorNotice
          error={error}
          title="The product was not saved."
          unknown={`We do not know whether the product was saved. ${product ? "Look in the list before you repeat it." : "Save it again as it is: it is added only once."}`}
        />
      )}
      <div className="flex justify-end gap-3">
        <Button look="quiet" onClick={done}>
          Cancel
        </Button>
        <Button type="submit" busy={add.isPending || edit.isPending}>
          Save product
        </Button>
      </div>
    </Form>
  );
}
