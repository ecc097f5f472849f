import { Link } from "react-router";
import { Heading } from "./Heading";

/** One tab has one checkout under way. @param orderId of the other one; absent for that of the cart */
export function OtherUnderWay({ orderId }: { orderId: string | undefined }) {
  return (
    <div className="mx-auto max-w-xl py-6">
      <Heading>Another order is under way</Heading>
      <p role="status" className="mt-4 text-lg">
        We are working on{" "}
        <Link to={orderId ? `/checkout/${orderId}` : "/checkout"} className="link">
          your other order
        </Link>
        . When it has a result, this page goes on by itself. You find the result in your orders.
      </p>
    </div>
  );
}
