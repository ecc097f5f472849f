import { useState } from "react";

/** Copies a text; says so for a moment. Not there where the browser lets no page copy, as by plain HTTP. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (!clipboard) return null;
  const tell = () => {
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      onClick={() => void clipboard.writeText(text).then(tell, () => undefined)}
      className="rounded border border-edge px-2 py-0.5 text-sm hover:border-leaf hover:text-leaf"
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
    >
      {copied ? "Copied" : "Copy"}
    </button>
  );
}
