import type { ReactNode } from "react";
import { Button } from "@/shared/ui/Button";
import { Dialog } from "@/shared/ui/Dialog";

interface Props {
  /** What becomes of the order's items and money. */
  children: ReactNode;
  busy?: boolean;
  close: () => void;
  confirm: () => void;
}

/** Asks before an order is cancelled, which cannot be undone. */
export function CancelDialog({ children, busy, close, confirm }: Props) {
  return (
    <Dialog title="Cancel this order?" close={close}>
      {children}
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        <Button look="quiet" onClick={close}>
          Keep order
        </Button>
        <Button look="danger" busy={busy} onClick={confirm}>
          Yes, cancel it
        </Button>
      </div>
    </Dialog>
  );
}
