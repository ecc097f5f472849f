/** Where to go after logging in: a page of this shop, whatever the address says. */
export function nextPage(params: URLSearchParams): string {
  const next = params.get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
