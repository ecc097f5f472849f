import { traceOf } from "@/telemetry";

export interface FieldFault {
  field: string;
  message: string;
}

/** What an answer other than success said (RFC 9457), or that there was none: then `status` is 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly detail: string;
  readonly requestId: string | undefined;
  /** Of the request; unknown where the request was not ours to trace. */
  readonly traceId: string | undefined;
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | undefined;
  readonly faults: FieldFault[];
  /** Further members of the document, such as `totalCents` of a changed price. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(status: number, members: Record<string, unknown> = {}, headers = new Headers()) {
    const detail = text(members.detail) ?? (status ? "The request could not be handled." : "No answer came.");
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.detail = detail;
    this.requestId = text(members.requestId) ?? headers.get("X-Request-ID") ?? undefined;
    this.traceId = text(members.traceId);
    const seconds = Number(headers.get("Retry-After") ?? NaN);
    this.retryAfter = Number.isFinite(seconds) ? seconds : undefined;
    this.faults = Array.isArray(members.errors) ? (members.errors as FieldFault[]) : [];
    this.members = members;
  }

  /** What the document calls it, such as "price-changed"; "" without a document. */
  get kind(): string {
    return text(this.members.type)?.split("/").pop() ?? "";
  }

  /** Nothing is known of the outcome, or nothing was done: the same request may be sent again. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || (this.status >= 502 && this.status <= 504);
  }

  /** It may have been done all the same: the answer was lost, or the service failed at work that it had begun. */
  get mayBeDone(): boolean {
    return this.status === 0 || (this.status >= 500 && !["overloaded", "writes-paused"].includes(this.kind));
  }
}

/** No answer came. @param cause what `fetch` rejected with */
export function noAnswer(cause: unknown): ApiError {
  return new ApiError(0, { traceId: traceOf(cause) });
}

export async function problemOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return fromBody(response, body);
}

export function fromBody(response: Response, body: unknown): ApiError {
  const members = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  return new ApiError(response.status, { traceId: traceOf(response), ...members }, response.headers);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
