import type { FieldFault } from "@/shared/api/problem";
import type { Address } from "@/shared/api/types";
import { SelectField, TextField } from "@/shared/ui/Field";
import { countries } from "./address";

export function AddressFields({ address, faults }: { address: Address | null; faults: FieldFault[] }) {
  const field = (name: keyof Address) => ({
    name,
    defaultValue: address?.[name] ?? "",
    fault: faults.find((fault) => fault.field === `body.shippingAddress.${name}`)?.message,
    maxLength: 200,
  });
  return (
    <div className="grid gap-5">
      <TextField label="Full name" autoComplete="name" {...field("name")} />
      <TextField label="Street and number" autoComplete="address-line1" {...field("line1")} />
      <TextField label="Addition" optional autoComplete="address-line2" {...field("line2")} />
      <div className="grid gap-5 sm:grid-cols-[10rem_1fr]">
        <TextField label="Postal code" autoComplete="postal-code" {...field("postalCode")} maxLength={20} />
        <TextField label="City" autoComplete="address-level2" {...field("city")} />
      </div>
      <SelectField
        label="Country"
        name="country"
        autoComplete="country"
        defaultValue={address?.country ?? "DE"}
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
