import { useState, type FormEvent, type ReactNode } from "react";
import { Link, NavLink, useNavigate, useSearchParams } from "react-router";
import { count, useCart } from "@/features/cart/store";
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
        <Search />
        <nav aria-label="Main" className="flex shrink-0 items-center">
          {person?.isAdmin && <Item to="/admin/products" icon="admin" name="Admin" />}
          {person ? (
            <>
              <Item to="/orders" icon="orders" name="Orders" />
              <Item to="/account" icon="account" name="Account" />
            </>
          ) : (
            <Item to="/login" icon="account" name="Log in" />
          )}
          <Item to="/cart" icon="cart" name="Cart" label={`Cart, ${items} ${items === 1 ? "item" : "items"}`}>
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

/** Searches everything: a category that was chosen before would hide what is looked for. */
function Search() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const searched = params.get("q") ?? "";
  const [words, setWords] = useState(searched);
  const [shown, setShown] = useState(searched);
  if (shown !== searched) {
    setShown(searched);
    setWords(searched);
  }
  const search = (event: FormEvent) => {
    event.preventDefault();
    const q = words.trim();
    void navigate(q ? `/?q=${encodeURIComponent(q)}` : "/");
  };
  return (
    <form
      role="search"
      onSubmit={search}
      className="relative order-last w-full md:order-none md:w-96 md:min-w-40 md:shrink"
    >
      <input
        type="search"
        className="field rounded-full pr-12 pl-4"
        aria-label="Search products"
        placeholder="Search"
        maxLength={100}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <button
        type="submit"
        aria-label="Search"
        className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-full text-faint hover:text-leaf"
      >
        <svg
          viewBox="0 0 24 24"
          className="size-5"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          aria-hidden="true"
        >
          <circle cx="11" cy="11" r="6" />
          <path d="m20 20-4.5-4.5" strokeLinecap="round" />
        </svg>
      </button>
    </form>
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
