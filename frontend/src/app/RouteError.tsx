import { useEffect } from "react";
import { useLocation, useRouteError } from "react-router";
import { ApiError } from "@/shared/api/problem";
import { Button, LinkButton } from "@/shared/ui/Button";
import { explain } from "@/shared/ui/ErrorNotice";
import { Ids } from "@/shared/ui/Ids";
import { currentTraceId, reportError } from "@/telemetry";

export function NotFoundPage() {
  const { pathname } = useLocation();
  return (
    <div className="page max-w-2xl py-16">
      <title>Not found · Glasshouse</title>
      <p className="font-display text-6xl text-faint">404</p>
      <h1 className="title mt-2">Page not found</h1>
      <p className="mt-4 mb-8 text-lg text-faint">
        There is no page at <code className="break-all text-ink">{pathname}</code>.
      </p>
      <LinkButton to="/">Go to the shop</LinkButton>
      <Ids traceId={currentTraceId()} />
    </div>
  );
}

/** A page that broke, or whose code could not be loaded: after an update of the shop, or offline. */
export function RouteError() {
  const error = useRouteError();
  const problem = error instanceof ApiError ? error : undefined;
  useEffect(() => reportError(error), [error]);
  return (
    <div className="page max-w-2xl py-16" role="alert">
      <title>Something broke · Glasshouse</title>
      <h1 className="title">This page could not be displayed</h1>
      <p className="mt-4 mb-8 text-lg text-faint">
        {navigator.onLine ? explain(error) : "You are offline, and this page has not been loaded yet."}
      </p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => window.location.reload()}>Reload</Button>
        {/* From the server: a browser does not load code again that it once failed to load. */}
        <LinkButton look="quiet" to="/" reloadDocument>
          To the shop
        </LinkButton>
      </div>
      <Ids requestId={problem?.requestId} traceId={problem?.traceId ?? currentTraceId()} />
    </div>
  );
}
