/** What never leaves the browser as an attribute: e-mail addresses, card numbers, what was typed into a search. */

const EMAIL = /[^\s@<>"'(),:;]+@[^\s@<>"'(),:;]+/g;
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;
const LONGEST = 500; // characters of a message

/** A text without what looks like a person's. */
export function withoutPersonal(text: string): string {
  return text
    .replace(EMAIL, "<email>")
    .replace(CARD, "<number>")
    .slice(0, LONGEST * 10);
}

/** An address without its query, fragment and credentials: they may hold anything. */
export function withoutQuery(address: string): string {
  try {
    const { origin, pathname } = new URL(address);
    return origin + pathname;
  } catch {
    return "";
  }
}

/** A path with a bounded number of values: ids become `{id}`. */
export function template(path: string): string {
  return path.replace(/\/(?:\d+|[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32})(?=\/|$)/gi, "/{id}");
}
