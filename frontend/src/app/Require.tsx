import { Fragment, useState } from "react";
import { Navigate, Outlet, useLocation } from "react-router";
import { usePerson, useSession } from "@/shared/session/session";
import { NotFoundPage } from "./RouteError";

/** Pages for those who are logged in. Others log in and come back; who logs out leaves them. */
export function RequireLogin() {
  const person = usePerson();
  const expired = useSession((state) => state.expired);
  const [wasLoggedIn] = useState(person !== null);
  const { pathname, search } = useLocation();
  if (person)
    return (
      <Fragment key={person.id}>
        <Outlet />
      </Fragment>
    );
  if (wasLoggedIn && !expired) return <Navigate to="/" replace />;
  return <Navigate to={`/login?next=${encodeURIComponent(pathname + search)}`} replace />;
}

export function RequireAdmin() {
  const person = usePerson();
  if (person && !person.isAdmin) return <NotFoundPage />;
  return <RequireLogin />;
}
