import { Navigate, Outlet, useLocation } from "react-router";
import { usePerson } from "@/shared/session/session";
import { NotFoundPage } from "./RouteError";

/** Pages for those who are logged in; others log in and come back. */
export function RequireLogin() {
  const person = usePerson();
  const { pathname, search } = useLocation();
  if (person) return <Outlet />;
  const next = encodeURIComponent(pathname + search);
  return <Navigate to={`/login?next=${next}`} replace />;
}

export function RequireAdmin() {
  const person = usePerson();
  if (person && !person.isAdmin) return <NotFoundPage />;
  return <RequireLogin />;
}
