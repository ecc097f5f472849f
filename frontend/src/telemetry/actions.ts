/**
 * The actions of the customer that are under way.
 *
 * A browser has no context that survives an `await`, so there are two ways for work to find its action. The sure one:
 * the action is handed on, as `traceparent` (a header of a request, an argument of `withSpan`). The other is to look
 * for the one action that is open; where several are open beside each other, only what they have in common is right.
 */
import {
  context,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
} from "@opentelemetry/api";
import { fail } from "./failures";
import { tracer } from "./tracer";

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What the work of an action knows of it. */
export interface Action {
  /** The action as W3C Trace Context, for requests and nested actions; undefined when nothing is traced. */
  readonly traceparent: string | undefined;
  /** Add what became known meanwhile, such as `shop.order.id`. Nothing that identifies a person. */
  set(attributes: Attributes): void;
}

interface Open {
  readonly name: string;
  readonly span: Span;
  readonly parent: Open | undefined;
}

const open = new Set<Open>();

/** Run `work` as an action: its span ends when the work settles, with an error status when it rejects. */
export async function run<T>(
  name: string,
  attributes: Attributes,
  work: (action: Action) => Promise<T>,
  traceparent?: string,
): Promise<T> {
  // The same action twice at once is two actions beside each other, never one within the other.
  const around = innermost();
  const parent = traceparent ? undefined : around?.name === name ? around.parent : around;
  const parentContext = traceparent ? fromHeader(traceparent) : parent ? withSpanOf(parent) : ROOT_CONTEXT;
  const span = tracer().startSpan(name, { attributes }, parentContext);
  const action: Open = { name, span, parent };
  open.add(action);
  try {
    return await context.with(trace.setSpan(parentContext, span), () =>
      work({ traceparent: toHeader(span), set: (more) => span.setAttributes(more) }),
    );
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    open.delete(action);
    span.end();
  }
}

/** The open action that everything open is a part of, or is: undefined when there is none. */
export function innermost(): Open | undefined {
  const parents = new Set([...open].map((action) => action.parent));
  const [first, ...others] = [...open].filter((action) => !parents.has(action)).map(lineage);
  return first?.find((action) => others.every((line) => line.includes(action)));
}

/** The span of the innermost action. */
export function currentSpan(): Span | undefined {
  return trace.getSpan(context.active()) ?? innermost()?.span;
}

/** End what is open: the page goes away, and a span that has not ended is never sent. */
export function abandon(): void {
  for (const { span } of open) {
    span.setAttribute("shop.action.abandoned", true);
    span.end();
  }
  open.clear();
}

/** A span as W3C `traceparent`. */
export function toHeader(span: Span): string | undefined {
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (!trace.isSpanContextValid(span.spanContext())) return undefined;
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString().padStart(2, "0")}`;
}

/** The context of a W3C `traceparent`; the root when it is malformed. */
export function fromHeader(traceparent: string): Context {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16),
    isRemote: true,
  });
}

function lineage(action: Open): Open[] {
  return action.parent ? [action, ...lineage(action.parent)] : [action];
}

function withSpanOf(action: Open): Context {
  return trace.setSpan(ROOT_CONTEXT, action.span);
}
