import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Address } from "@/shared/api/types";
import { isObject, isTextOrAbsent, stored } from "@/shared/stored";
import forms from "./countries.json";

interface LastAddress {
  userId: string | null;
  address: Address | null;
}

const none: LastAddress = { userId: null, address: null };

/** Where it went the last time, to be offered again to the same person. */
export const useLastAddress = create<LastAddress>()(
  persist(
    (): LastAddress => none,
    stored("glasshouse.address", ({ userId, address }) =>
      typeof userId === "string" && isAddress(address) ? { userId, address } : none,
    ),
  ),
);

function isAddress(value: unknown): value is Address {
  if (!isObject(value) || !Object.hasOwn(forms, String(value.country))) return false;
  return Object.values(value).every((part) => part === null || isTextOrAbsent(part));
}

/** What was typed and not sent: in memory only, for a look at the cart and back. */
let typed = none;

export function keepTyped(userId: string, address: Address): void {
  typed = { userId, address };
}

/** What this person typed, or else where it went the last time. */
export function addressOf(userId: string): Address | null {
  const last = typed.userId === userId ? typed : useLastAddress.getState();
  return last.userId === userId ? last.address : null;
}

/** All but those of this person. */
export function forgetAddresses(userId: string | undefined): void {
  if (typed.userId !== userId) typed = none;
  if (useLastAddress.getState().userId !== userId) useLastAddress.setState(none);
}

const names = new Intl.DisplayNames("en", { type: "region" });

export type Part = "city" | "state" | "postalCode";
const letters: Record<Part, string> = { city: "c", state: "s", postalCode: "z" };

/** Whether addresses of a country have a part, or must have it; where nothing is known they may. */
export function partOf(country: string, part: Part): "none" | "optional" | "needed" {
  const form: string = (forms as Record<string, string>)[country] ?? "csz";
  if (form.includes(letters[part].toUpperCase())) return "needed";
  return form.includes(letters[part]) ? "optional" : "none";
}

export const countries = Object.keys(forms)
  .map((code) => ({ code, name: names.of(code) ?? code }))
  .sort((one, other) => one.name.localeCompare(other.name, "en"));

export function readAddress(form: FormData): Address {
  const of = (field: string) => String(form.get(field) ?? "").trim();
  return {
    name: of("name"),
    line1: of("line1"),
    line2: of("line2") || null,
    postalCode: of("postalCode") || null,
    city: of("city") || null,
    state: of("state") || null,
    country: of("country"),
  };
}
