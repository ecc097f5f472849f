import type { ReactNode } from "react";
import { NavLink } from "react-router";

/** The heading and the tabs of the admin's pages. */
export function AdminFrame({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="page py-10">
      <title>{`${title} · Glasshouse`}</title>
      <nav aria-label="Admin" className="mb-6 flex gap-6 border-b border-line">
        <Tab to="/admin">Overview</Tab>
        <Tab to="/admin/products">Products</Tab>
        <Tab to="/admin/orders">Orders</Tab>
      </nav>
      <div className="mb-6 flex flex-wrap items-center justify-between gap-4">
        <h1 className="title">{title}</h1>
        {action}
      </div>
      {children}
    </div>
  );
}

function Tab({ to, children }: { to: string; children: string }) {
  return (
    <NavLink
      to={to}
      end
      className={({ isActive }) =>
        `-mb-px flex min-h-11 items-center border-b-2 font-semibold ${isActive ? "border-leaf text-leaf" : "border-transparent hover:text-leaf"}`
      }
    >
      {children}
    </NavLink>
  );
}
