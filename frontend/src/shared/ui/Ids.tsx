import { useTraceUrl } from "@/shared/config";
import { CopyButton } from "./CopyButton";

/** The ids under which a request can be found in logs and traces. */
export function Ids({
  requestId,
  traceId,
}: {
  requestId?: string | undefined;
  traceId?: string | undefined;
}) {
  const url = useTraceUrl(traceId);
  if (!requestId && !traceId) return null;
  return (
    <div className="mt-4 grid justify-items-start gap-2 text-sm text-faint">
      <dl className="grid gap-2">
        {requestId && <Id name="Request id" value={requestId} />}
        {traceId && <Id name="Trace id" value={traceId} />}
      </dl>
      {url && (
        <a href={url} className="link" target="_blank" rel="noreferrer">
          Look at the trace
        </a>
      )}
    </div>
  );
}

function Id({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <dt>{name}</dt>
      <dd className="flex min-w-0 items-center gap-2">
        <code className="break-all text-ink max-sm:text-xs">{value}</code>
        <CopyButton text={value} what={name.toLowerCase()} />
      </dd>
    </div>
  );
}
