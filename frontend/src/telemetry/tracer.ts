/** The tracer of the page: ready at once, while what sends its spans is loaded later. */
import { context, trace, type Tracer } from "@opentelemetry/api";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import {
  StackContextManager,
  TracerProvider,
  type ReadableSpan,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace";
import { version } from "@/../package.json";
import { randomId } from "./ids";

const SCHEMA = "https://opentelemetry.io/schemas/1.44.0"; // the conventions that all spans follow
const MOST_WAITING = 200; // spans, until the exporter is there
const SESSION_KEY = "glasshouse.telemetry.session";

/** Keeps spans until they can be sent, then hands them on. */
export class Waiting implements SpanProcessor {
  private waiting: ReadableSpan[] = [];
  private target: SpanProcessor | undefined;

  /** From now on spans go to `target`; those that wait go first. */
  handOnTo(target: SpanProcessor): void {
    this.target = target;
    for (const span of this.waiting.splice(0)) target.onEnd(span);
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.target) this.target.onEnd(span);
    else if (this.waiting.length < MOST_WAITING) this.waiting.push(span);
  }

  async forceFlush(): Promise<void> {
    await this.target?.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.target?.shutdown();
  }
}

export function tracer(): Tracer {
  return trace.getTracerProvider().getTracer("shop.frontend", version, { schemaUrl: SCHEMA });
}

/** Make spans from now on; the caller decides where they go. */
export function provide(processor: SpanProcessor): void {
  const ours = resourceFromAttributes({
    "service.name": "frontend",
    "service.namespace": "glasshouse",
    "service.version": version,
    "session.id": sessionId(),
  });
  const provider = new TracerProvider({
    resource: defaultResource().merge(ours), // the default says which SDK this is
    spanProcessors: [processor],
    spanLimits: { attributeValueLengthLimit: 5000, eventCountLimit: 32 },
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new StackContextManager().enable());
}

/** The same for all pages of a tab, and nothing that outlives it. */
function sessionId(): string {
  try {
    const kept = sessionStorage.getItem(SESSION_KEY);
    if (kept) return kept;
    const made = randomId();
    sessionStorage.setItem(SESSION_KEY, made);
    return made;
  } catch {
    return randomId(); // storage may be forbidden
  }
}
