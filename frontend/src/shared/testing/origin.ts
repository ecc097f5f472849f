/** Node knows no page to which a relative address belongs. */
globalThis.Request = class extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(typeof input === "string" ? new URL(input, "http://shop") : input, init);
  }
};
