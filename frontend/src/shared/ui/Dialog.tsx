import { useId, useLayoutEffect, useRef, type ReactNode } from "react";

/** A modal dialog: the browser keeps the focus in it and gives it back. */
export function Dialog({
  title,
  close,
  children,
}: {
  title: string;
  close: () => void;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Closed while it is still in the page: afterwards the browser gives no focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      onCancel={close}
      aria-labelledby={id}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[min(40rem,calc(100vw-2rem))] rounded-pane border border-line bg-pane p-6 text-ink backdrop:bg-black/50"
    >
      <div className="mb-5 flex items-start justify-between gap-4">
        <h2 id={id} className="heading min-w-0">
          {title}
        </h2>
        <button type="button" onClick={close} className="-m-2 p-2 text-2xl leading-none" aria-label="Close">
          ×
        </button>
      </div>
      {children}
    </dialog>
  );
}
