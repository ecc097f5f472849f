/** An address that a browser may follow, or nothing: no label of a metric can make it run a script. */
export function safe(address: string | undefined): string | undefined {
  if (!address) return undefined;
  const url = URL.parse(address, location.href);
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : undefined;
}

/** The path of an address that is the console's own, for the router; else nothing. */
export function within(address: string): string | undefined {
  const url = URL.parse(address, location.href);
  if (url?.origin !== location.origin || url.pathname.startsWith("/public/")) return undefined;
  return url.pathname + url.search + url.hash;
}
