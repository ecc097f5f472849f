import { useState } from "react";
import { Link } from "react-router";
import { config } from "~/shared/config";
import { useKept } from "~/shared/time/state";

/** All dashboards, to be searched by their titles and what they tell. */
export function ListPage() {
  const [text, setText] = useState("");
  const kept = useKept();
  const words = text.toLowerCase().split(/\s+/);
  const found = config.dashboards.filter(({ title, description }) =>
    words.every((word) => `${title} ${description}`.toLowerCase().includes(word)),
  );
  return (
    <div className="mx-auto max-w-3xl px-3 py-6">
      <title>Dashboards</title>
      <h1 className="title mb-4">Dashboards</h1>
      <input
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder="Search dashboards"
        aria-label="Search dashboards"
        className="field mb-3"
        autoFocus
      />
      <ul className="pane divide-y divide-line">
        {found.map(({ uid, title, description }) => (
          <li key={uid}>
            <Link to={`/d/${uid}${kept}`} className="block px-4 py-2.5 hover:bg-sunken">
              <b className="font-semibold">{title}</b>
              <span className="block text-faint">{description}</span>
            </Link>
          </li>
        ))}
        {!found.length && <li className="px-4 py-2.5 text-faint">No dashboard has all of these words.</li>}
      </ul>
    </div>
  );
}
