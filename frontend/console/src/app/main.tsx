import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createBrowserRouter, RouterProvider, useRouteError } from "react-router";
import "@fontsource-variable/hanken-grotesk/wght.css";
import "@fontsource/newsreader/latin-500.css";
import "./index.css";
import { loadConfig } from "~/shared/config";
import { Missing } from "~/shared/ui/Missing";
import { SECTIONS } from "./sections";
import { Shell } from "./Shell";

const router = createBrowserRouter([
  {
    Component: Shell,
    children: [
      {
        ErrorBoundary: Failed,
        children: [...SECTIONS.flatMap(({ routes }) => routes), { path: "*", element: <Missing what="" /> }],
      },
    ],
  },
]);
// Answers are for one moment: the next one has another key, and the old is not worth keeping for long.
const queries = new QueryClient({
  defaultOptions: { queries: { gcTime: 60_000, retry: 1, refetchOnWindowFocus: false } },
});
const root = createRoot(document.getElementById("root") as HTMLElement);

loadConfig().then(
  () =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </StrictMode>,
    ),
  (error: Error) => root.render(<p role="alert">The console cannot reach its server: {error.message}</p>),
);

function Failed() {
  const error = useRouteError();
  return (
    <div className="p-6" role="alert">
      <h1 className="title mb-3">This page failed</h1>
      <p>{error instanceof Error ? error.message : String(error)}</p>
    </div>
  );
}
