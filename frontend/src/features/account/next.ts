/** Where to go after logging in: a page of this shop, whatever the address says. */
export function nextPage(params: URLSearchParams): string {
  const shop = "http://shop";
  const next = params.get("next") ?? "/";
  // As a browser reads it: it drops tabs and line ends, and takes "\\" for "/".
  const url = next.startsWith("/") && URL.canParse(next, shop) ? new URL(next, shop) : undefined;
  if (url?.origin !== shop || url.pathname.startsWith("//")) return "/";
  return url.pathname + url.search + url.hash;
}
