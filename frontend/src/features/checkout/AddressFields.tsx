import { useState } from "react";
import type { FieldFault } from "@/shared/api/problem";
import type { Address } from "@/shared/api/types";
import { SelectField, TextField } from "@/shared/ui/Field";
import { countries, partOf, type Part } from "./address";

interface Props {
  /** What was typed before, or where it went the last time. */
  address: Address | null;
  /** Of the account, for the first time; it may come late, and does not replace what was typed. */
  name: string;
  faults: FieldFault[];
}

/** Asks for what addresses of the chosen country have. */
export function AddressFields({ address, name: ownName, faults }: Props) {
  const [country, setCountry] = useState(address?.country ?? "DE");
  const field = (name: keyof Address) => ({
    name,
    defaultValue: address?.[name] ?? "",
    fault: faults.find((fault) => fault.field === `body.shippingAddress.${name}`)?.message,
    maxLength: 200,
  });
  const part = (name: Part) => ({ ...field(name), optional: partOf(country, name) === "optional" });
  const has = (name: Part) => partOf(country, name) !== "none";
  return (
    <div className="grid gap-5">
      <TextField
        label="Full name"
        autoComplete="name"
        {...field("name")}
        defaultValue={address?.name || ownName}
      />
      <TextField label="Street and number" autoComplete="address-line1" {...field("line1")} />
      <TextField
        label="Apartment, floor or company"
        optional
        autoComplete="address-line2"
        {...field("line2")}
      />
      <div className="grid gap-5 sm:grid-cols-[10rem_1fr]">
        {has("postalCode") && (
          <TextField label="Postal code" autoComplete="postal-code" {...part("postalCode")} maxLength={20} />
        )}
        {has("city") && <TextField label="City" autoComplete="address-level2" {...part("city")} />}
      </div>
      {has("state") && <TextField label="State or region" autoComplete="address-level1" {...part("state")} />}
      <SelectField
        label="Country"
        name="country"
        autoComplete="country"
        value={country}
        onChange={(event) => {
          setCountry(event.target.value);
        }}
        fault={field("country").fault}
      >
        {countries.map(({ code, name }) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
