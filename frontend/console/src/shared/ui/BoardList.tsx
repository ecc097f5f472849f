import { Link } from "react-router";
import { config } from "../config";
import { useKept } from "../time/state";

/** All dashboards; each keeps the time that is looked at. */
export function BoardList() {
  const kept = useKept();
  return (
    <ul className="columns-[12rem] overflow-y-auto">
      {config.dashboards.map(({ uid, title }) => (
        <li key={uid}>
          <Link to={`/d/${uid}${kept}`} className="link block py-0.5">
            {title}
          </Link>
        </li>
      ))}
    </ul>
  );
}
