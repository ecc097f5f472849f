import { useEffect } from "react";
import { useParams } from "react-router";
import { usePerson } from "@/shared/session/session";
import { followOtherTabs, isOf } from "./attempt";
import { useTypedCard } from "./card";
import { followOtherTab, leave, resume, useCheckout } from "./checkout";
import { OrderForm } from "./OrderForm";
import { OtherUnderWay } from "./OtherUnderWay";
import { Outcome } from "./Outcome";
import { PaymentForm } from "./PaymentForm";
import { Progress } from "./Progress";
import { isUnderWay, type Stage } from "./stage";

export function Component() {
  const { orderId } = useParams();
  const userId = usePerson()?.id ?? "";
  const { stage, attempt } = useCheckout();
  const isOther = attempt ? !isOf(attempt, userId, orderId) : orderId !== undefined;
  const waits = isOther && isUnderWay(stage);
  useEffect(() => {
    if (!waits) void resume(userId, orderId);
  }, [userId, orderId, waits]);
  useEffect(() => {
    if (!orderId) return followOtherTabs(() => void followOtherTab(userId));
  }, [userId, orderId]);
  useEffect(() => leave, []);
  const card = useTypedCard(); // of the order: still there when the form comes back, with another price
  return (
    <div className="page py-10">
      <title>Checkout · Glasshouse</title>
      {waits && <OtherUnderWay orderId={attempt?.request ? undefined : attempt?.orderId} />}
      {!isOther && <View stage={stage} userId={userId} card={card} />}
    </div>
  );
}

function View({
  stage,
  userId,
  card,
}: {
  stage: Stage;
  userId: string;
  card: ReturnType<typeof useTypedCard>;
}) {
  if (isUnderWay(stage)) return <Progress stage={stage} />;
  switch (stage.name) {
    case "unpaid":
    case "declined":
      return <PaymentForm stage={stage} />;
    case "form":
    case "price-changed":
    case "refused":
      return <OrderForm stage={stage} userId={userId} card={card} />;
    default:
      return <Outcome stage={stage} />;
  }
}
