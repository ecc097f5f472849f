import { useState, type FormEvent } from "react";
import { Link, NavLink, useNavigate, useSearchParams } from "react-router";
import { count, useCart } from "@/features/cart/store";
import { usePerson } from "@/shared/session/session";
import { toggleTheme } from "@/shared/theme";

export function Header() {
  const items = useCart((state) => count(state.lines));
  const person = usePerson();
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-ground/85 backdrop-blur-md">
      <div className="page flex flex-wrap items-center gap-x-2 gap-y-2 py-3 sm:gap-x-4">
        <Link
          to="/"
          className="mr-auto flex items-center gap-2.5 font-display text-2xl font-medium tracking-tight"
        >
          <Mark />
          Glasshouse
        </Link>
        <Search />
        <nav aria-label="Main" className="flex items-center">
          {person?.isAdmin && <Item to="/admin/products">Admin</Item>}
          {person ? (
            <>
              <Item to="/orders">Orders</Item>
              <Item to="/account">Account</Item>
            </>
          ) : (
            <Item to="/login">Log in</Item>
          )}
          <Item to="/cart" label={`Cart, ${items} ${items === 1 ? "item" : "items"}`}>
            Cart
            <span
              className={`ml-2 inline-flex h-6 min-w-6 items-center justify-center rounded-full px-1.5 text-sm font-bold tabular-nums ${items ? "bg-leaf text-on-leaf" : "bg-sunken text-faint"}`}
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

function Item({ to, label, children }: { to: string; label?: string; children: React.ReactNode }) {
  return (
    <NavLink
      to={to}
      aria-label={label}
      className={({ isActive }) =>
        `flex min-h-11 items-center px-2 font-semibold hover:text-leaf sm:px-3 ${isActive ? "text-leaf underline decoration-2 underline-offset-8" : ""}`
      }
    >
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
      className="relative order-last w-full md:order-none md:w-72 lg:w-96"
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
      className="-mr-2 flex size-11 items-center justify-center rounded-full hover:text-leaf"
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
