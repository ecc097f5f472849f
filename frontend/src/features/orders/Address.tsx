import type { AddressView as PostalAddress } from "@/shared/api/types";

const countries = new Intl.DisplayNames("en", { type: "region" });

export function Address({ address }: { address: PostalAddress }) {
  const { name, line1, line2, postalCode, city, state, country } = address;
  return (
    <address className="text-faint not-italic">
      {[name, line1, line2, [postalCode, city].filter(Boolean).join(" "), state, countries.of(country)]
        .filter(Boolean)
        .map((line, index) => (
          <span key={index} className="block">
            {line}
          </span>
        ))}
    </address>
  );
}
