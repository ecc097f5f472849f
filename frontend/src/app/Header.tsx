import type { ReactNode } from "react";
import { Link, NavLink } from "react-router";
import { count, useCart } from "@/features/cart/store";
import { SearchBox } from "@/features/catalogue/SearchBox";
import { plural } from "@/shared/plural";
import { usePerson } from "@/shared/session/session";
import { toggleTheme } from "@/shared/theme";

export function Header() {
  const items = useCart((state) => count(state.lines));
  const person = usePerson();
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-ground/85 backdrop-blur-md">
      <div className="page flex flex-wrap items-center gap-x-2 gap-y-2 py-2 sm:gap-x-4 md:flex-nowrap md:py-3">
        <Link
          to="/"
          aria-label="Glasshouse"
          className="mr-auto flex min-h-11 shrink-0 items-center gap-2 font-display text-xl font-medium tracking-tight sm:text-2xl"
        >
          <Mark />
          <span className={person?.isAdmin ? "max-sm:hidden" : ""}>Glasshouse</span>
        </Link>
        <SearchBox />
        <nav aria-label="Main" className="flex shrink-0 items-center">
          {person?.isAdmin && <Item to="/admin" icon="admin" name="Admin" />}
          {person ? (
            <>
              <Item to="/orders" icon="orders" name="Orders" />
              <Item to="/account" icon="account" name="Account" />
            </>
          ) : (
            <Item to="/login" icon="account" name="Log in" />
          )}
          <Item to="/cart" icon="cart" name="Cart" label={`Cart, ${plural(items, "item")}`}>
            <span
              aria-hidden="true"
              className={`inline-flex h-5 min-w-5 items-center justify-center rounded-full px-1 text-xs font-bold tabular-nums max-sm:absolute max-sm:top-1 max-sm:right-0 sm:ml-2 sm:h-6 sm:min-w-6 sm:text-sm ${items ? "bg-leaf text-on-leaf" : "bg-sunken text-faint max-sm:hidden"}`}
            >
              {items}
            </span>
          </Item>
          <ThemeToggle />
        </nav>
      </div>
    </header>
  );
}

const icons = {
  admin: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  orders: "M6 3h12v18l-3-2-3 2-3-2-3 2ZM9 8h6M9 12h6",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21a8 8 0 0 1 16 0",
  cart: "M5 8h14l1 13H4ZM8 8a4 4 0 0 1 8 0",
};

interface ItemProps {
  to: string;
  icon: keyof typeof icons;
  name: string;
  /** When it says more than the name. */
  label?: string;
  children?: ReactNode;
}

/** A word; on narrow screens an icon of that name. */
function Item({ to, icon, name, label, children }: ItemProps) {
  return (
    <NavLink
      to={to}
      aria-label={label ?? name}
      className={({ isActive }) =>
        `relative flex min-h-11 min-w-10 items-center justify-center font-semibold hover:text-leaf sm:px-2 lg:px-3 ${isActive ? "text-leaf underline decoration-2 underline-offset-8" : ""}`
      }
    >
      <svg
        viewBox="0 0 24 24"
        className="size-6 sm:hidden"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinejoin="round"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d={icons[icon]} />
      </svg>
      <span className="max-sm:hidden">{name}</span>
      {children}
    </NavLink>
  );
}

function ThemeToggle() {
  return (
    <button
      type="button"
      onClick={toggleTheme}
      aria-label="Switch between light and dark"
      className="-mr-2 flex h-11 w-10 items-center sm:w-11 justify-center rounded-full hover:text-leaf"
    >
      <svg viewBox="0 0 24 24" className="size-5" aria-hidden="true">
        <circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" strokeWidth="2" />
        <path d="M12 4a8 8 0 0 1 0 16Z" fill="currentColor" />
      </svg>
    </button>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" className="size-8 text-leaf" aria-hidden="true">
      <path d="M5 28V15a11 11 0 0 1 22 0v13Z" className="fill-leaf-soft" />
      <path
        d="M5 28V15a11 11 0 0 1 22 0v13ZM16 4v24M5 17h22"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.25"
        strokeLinejoin="round"
      />
    </svg>
  );
}
