import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Address } from "@/shared/api/types";

interface LastAddress {
  userId: string | null;
  address: Address | null;
}

/** Where it went the last time, to be offered again to the same person. */
export const useLastAddress = create<LastAddress>()(
  persist((): LastAddress => ({ userId: null, address: null }), { name: "glasshouse.address" }),
);

const names = new Intl.DisplayNames("en", { type: "region" });
const codes = "AT AU BE CA CH CZ DE DK ES FI FR GB GR HU IE IS IT JP LU NL NO NZ PL PT SE SI US".split(" ");

export const countries = codes
  .map((code) => ({ code, name: names.of(code) ?? code }))
  .sort((one, other) => one.name.localeCompare(other.name, "en"));

export function readAddress(form: FormData): Address {
  const of = (field: string) => String(form.get(field) ?? "").trim();
  return {
    name: of("name"),
    line1: of("line1"),
    line2: of("line2") || null,
    postalCode: of("postalCode"),
    city: of("city"),
    country: of("country"),
  };
}
