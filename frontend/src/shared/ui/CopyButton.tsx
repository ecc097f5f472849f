import { useState } from "react";

/** Copies a text; says so for a moment. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      onClick={() => void copy()}
      className="rounded border border-edge px-2 py-0.5 text-sm hover:border-leaf hover:text-leaf"
      aria-label={copied ? `Copied ${what}` : `Copy ${what}`}
    >
      {copied ? "Copied" : "Copy"}
    </button>
  );
}
