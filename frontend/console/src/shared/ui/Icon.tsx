const PATHS = {
  left: "m14 6-6 6 6 6",
  right: "m10 6 6 6-6 6",
  out: "M15.5 15.5 20 20M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0ZM8 10.5h5",
  find: "M15.5 15.5 20 20M17 10.5a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0Z",
  refresh: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  more: "M12 6v.01M12 12v.01M12 18v.01",
  theme: "M12 4a8 8 0 1 0 0 16ZM12 4a8 8 0 0 1 0 16",
};

export function Icon({ of }: { of: keyof typeof PATHS }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className="size-4"
      fill="none"
      stroke="currentColor"
      strokeWidth={of === "more" ? 3 : 1.8}
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d={PATHS[of]} />
    </svg>
  );
}

/** A button that is only a sign; its name is told by a touch of the mouse. */
export function IconButton({ of, name, press }: { of: keyof typeof PATHS; name: string; press: () => void }) {
  return (
    <button type="button" aria-label={name} title={name} onClick={press} className="control px-2">
      <Icon of={of} />
    </button>
  );
}
