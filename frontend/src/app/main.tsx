import "@fontsource-variable/hanken-grotesk/wght.css";
import "@fontsource/newsreader/latin-500.css";
import "./index.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { categoriesQuery, productsQuery } from "@/features/catalogue/queries";
import { readFilters } from "@/features/catalogue/filters";
import { lookWhenOpened } from "@/features/cart/ordered";
import { followOtherTabs as followCart } from "@/features/cart/store";
import { followOtherTabs as followSession } from "@/shared/session/session";
import { reportError, startTelemetry } from "@/telemetry";
import { forgetOnOtherPerson, queryClient } from "./queries";
import { router } from "./router";

startTelemetry();
window.addEventListener("error", ({ error, message }) => reportError(error ?? message));
window.addEventListener("unhandledrejection", ({ reason }) => reportError(reason));
followSession();
followCart();
forgetOnOtherPerson();
lookWhenOpened();

if (window.location.pathname === "/") prefetchListing();

createRoot(document.getElementById("root")!, {
  onUncaughtError: reportError,
  onCaughtError: reportError,
}).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);

/** The products are asked for before anything is drawn, and before the pictures that take connections. */
function prefetchListing(): void {
  const filters = readFilters(new URLSearchParams(window.location.search));
  void queryClient.prefetchInfiniteQuery(productsQuery(filters));
  void queryClient.prefetchQuery(categoriesQuery);
}
