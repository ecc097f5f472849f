import { createBrowserRouter, type RouteObject } from "react-router";
import { Component as ListingPage } from "@/features/catalogue/ListingPage";
import { routeChanged } from "@/telemetry";
import { Layout } from "./Layout";
import { NotFoundPage, RouteError } from "./RouteError";
import { RequireAdmin, RequireLogin } from "./Require";

/** Home is in the first bundle; every other page comes when it is opened. */
const pages: RouteObject[] = [
  { index: true, element: <ListingPage /> },
  { path: "products/:id", lazy: () => import("@/features/catalogue/ProductPage") },
  { path: "cart", lazy: () => import("@/features/cart/CartPage") },
  { path: "login", lazy: () => import("@/features/account/LoginPage") },
  { path: "register", lazy: () => import("@/features/account/RegisterPage") },
  {
    element: <RequireLogin />,
    children: [
      { path: "checkout/:orderId?", lazy: () => import("@/features/checkout/CheckoutPage") },
      { path: "account", lazy: () => import("@/features/account/ProfilePage") },
      { path: "orders", lazy: () => import("@/features/orders/HistoryPage") },
      { path: "orders/:id", lazy: () => import("@/features/orders/OrderPage") },
    ],
  },
  {
    path: "admin",
    element: <RequireAdmin />,
    children: [
      { index: true, lazy: () => import("@/features/admin/OverviewPage") },
      { path: "products", lazy: () => import("@/features/admin/ProductsPage") },
      { path: "orders", lazy: () => import("@/features/admin/OrdersPage") },
    ],
  },
  { path: "*", element: <NotFoundPage /> },
];

export const router = createBrowserRouter([
  {
    path: "/",
    element: <Layout />,
    // The frame stays when a page breaks.
    children: [{ errorElement: <RouteError />, hydrateFallbackElement: <></>, children: pages }],
    errorElement: <RouteError />,
    hydrateFallbackElement: <></>,
  },
]);

let shown: string | undefined;

function tell({ location, matches, navigation }: typeof router.state): void {
  if (navigation.state !== "idle" || location.pathname === shown) return;
  shown = location.pathname;
  const parts = matches.flatMap(({ route }) => (route.path && route.path !== "/" ? [route.path] : []));
  routeChanged(`/${parts.join("/")}`, location.pathname);
}

tell(router.state);
router.subscribe(tell);
