import { Link } from "react-router";
import { useTools } from "@/shared/config";

/** The shop, and where an engineer sees what it does: only what this installation has. */
export function Footer() {
  const { jaegerUrl, grafanaUrl } = useTools();
  return (
    <footer className="mt-16 border-t border-line bg-sunken">
      <div className="page grid gap-8 py-10 sm:grid-cols-3">
        <div>
          <p className="font-display text-xl">Glasshouse</p>
          <p className="mt-2 max-w-xs text-faint">
            A demonstration shop. Nothing here is sold, and only test cards are taken.
          </p>
        </div>
        <nav aria-label="Shop">
          <p className="font-semibold">Shop</p>
          <ul className="mt-2 grid gap-1">
            <Entry>
              <Link to="/">All products</Link>
            </Entry>
            <Entry>
              <Link to="/cart">Cart</Link>
            </Entry>
            <Entry>
              <Link to="/orders">Your orders</Link>
            </Entry>
          </ul>
        </nav>
        <nav aria-label="For engineers">
          <p className="font-semibold">See through it</p>
          <ul className="mt-2 grid gap-1">
            {jaegerUrl && (
              <Entry>
                <a href={jaegerUrl}>Traces</a>
              </Entry>
            )}
            {grafanaUrl && (
              <Entry>
                <a href={grafanaUrl}>Dashboards</a>
              </Entry>
            )}
            <Entry>
              <a href="/api/docs">API</a>
            </Entry>
          </ul>
        </nav>
      </div>
    </footer>
  );
}

function Entry({ children }: { children: React.ReactNode }) {
  return (
    <li className="*:inline-block *:py-1 *:text-faint *:hover:text-leaf *:hover:underline">{children}</li>
  );
}
