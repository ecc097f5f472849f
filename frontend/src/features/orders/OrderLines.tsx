import { Link } from "react-router";
import type { Order } from "@/shared/api/types";
import { formatMoney } from "@/shared/money";
import { Picture } from "@/shared/ui/Picture";

/** What was ordered, at the prices of that moment. */
export function OrderLines({ order }: { order: Order }) {
  return (
    <ul className="divide-y divide-line">
      {order.lines.map((line) => (
        <li key={line.productId} className="flex items-center gap-4 py-3">
          <Picture src={line.imageUrl} name="" className="size-16 rounded-pane" />
          <div className="min-w-0 grow">
            <Link to={`/products/${line.productId}`} className="font-semibold hover:text-leaf">
              {line.name}
            </Link>
            <p className="text-sm text-faint tabular-nums">
              {line.quantity} × {formatMoney(line.unitPriceCents, order.currency)}
            </p>
          </div>
          <p className="font-semibold tabular-nums">
            {formatMoney(line.quantity * line.unitPriceCents, order.currency)}
          </p>
        </li>
      ))}
      <li className="flex justify-between py-4 text-lg font-semibold">
        <span>Total</span>
        <span className="tabular-nums">{formatMoney(order.totalCents, order.currency)}</span>
      </li>
    </ul>
  );
}
