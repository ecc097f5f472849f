import { explain } from "@/shared/ui/ErrorNotice";
import { Heading } from "./Heading";
import type { Stage } from "./stage";

const steps: { name: Stage["name"]; title: string; meaning: string }[] = [
  { name: "placing", title: "Placing your order", meaning: "At today's prices." },
  { name: "reserving", title: "Reserving your items", meaning: "We set your items aside for you." },
  {
    name: "paying",
    title: "Sending the payment",
    meaning: "The amount comes from the order, not from this page.",
  },
  { name: "processing", title: "Waiting for the result", meaning: "The payment provider calls us back." },
];

export function Progress({ stage }: { stage: Stage }) {
  const at = steps.findIndex(({ name }) => name === stage.name);
  const trouble = "trouble" in stage ? stage.trouble : undefined;
  return (
    <div className="mx-auto max-w-xl py-6">
      <Heading>One moment</Heading>
      <ol className="mt-10">
        {steps.map(({ name, title, meaning }, index) => (
          <li
            key={name}
            aria-current={index === at ? "step" : undefined}
            className="relative grid grid-cols-[2.5rem_1fr] gap-4 pb-8 last:pb-0"
          >
            {index < steps.length - 1 && (
              <span
                aria-hidden="true"
                className={`absolute top-9 bottom-0 left-5 w-px ${index < at ? "bg-leaf" : "bg-line"}`}
              />
            )}
            <Dot state={index < at ? "done" : index === at ? "now" : "later"} />
            <div className={index > at ? "text-faint" : ""}>
              <p className="pt-1.5 text-lg font-semibold">{title}</p>
              <p className="text-faint">{meaning}</p>
            </div>
          </li>
        ))}
      </ol>
      <div role="status" className="mt-8">
        <p className="sr-only">{steps[at]?.title}</p>
        {trouble && (
          <p className="rounded-pane border border-sun bg-sun-soft p-4 text-sun">
            {explain(trouble)} We keep trying with the same order: you are never charged twice.
          </p>
        )}
      </div>
    </div>
  );
}

function Dot({ state }: { state: "done" | "now" | "later" }) {
  const looks = {
    done: "border-leaf bg-leaf text-on-leaf",
    now: "border-leaf text-leaf",
    later: "border-line text-transparent",
  };
  return (
    <span
      aria-hidden="true"
      className={`flex size-10 items-center justify-center rounded-full border-2 ${looks[state]}`}
    >
      {state === "done" && "✓"}
      {state === "now" && <span className="size-3 animate-ping rounded-full bg-current" />}
    </span>
  );
}
