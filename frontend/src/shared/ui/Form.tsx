import { createContext, useContext, useEffect, useRef, useState, type FormHTMLAttributes } from "react";
import { faultOf, type Control } from "./faults";

const Faults = createContext<Record<string, string>>({});

/** What the form found wrong with the control of that name. */
export function useFault(name: string | undefined): string | undefined {
  return useContext(Faults)[name ?? ""];
}

interface Props extends Omit<FormHTMLAttributes<HTMLFormElement>, "onSubmit"> {
  /** Called when every field will do. */
  send: (form: HTMLFormElement) => void;
  /** What somebody else found wrong, such as the answer of a service; each new one is gone to. */
  problem?: unknown;
}

/**
 * A form that says in our words and at the field what is missing, and goes to the first such field. Browsers' own
 * bubbles are in another language and look, and scroll a field to below the sticky header.
 */
export function Form({ send, problem, children, ...rest }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [faults, setFaults] = useState<Record<string, string>>({});
  // After each submit, and when somebody else found something new; not when one thing of several is mended.
  useEffect(() => goToFirst(form.current), [faults]);
  useEffect(() => {
    if (problem) goToFirst(form.current);
  }, [problem]);
  return (
    <form
      {...rest}
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        const found = faultsIn(event.currentTarget);
        setFaults(found);
        if (Object.keys(found).length === 0) send(event.currentTarget);
      }}
    >
      <Faults value={faults}>{children}</Faults>
    </form>
  );
}

function faultsIn(form: HTMLFormElement): Record<string, string> {
  const found = [...form.elements]
    .filter((element): element is HTMLInputElement => "validity" in element && "name" in element)
    .filter(({ name, willValidate }) => name && willValidate)
    .map((element) => [element.name, faultOf(element as Control, labelOf(element))] as const);
  return Object.fromEntries(found.filter(([, fault]) => fault));
}

function labelOf({ labels, ariaLabel }: HTMLInputElement): string {
  return (labels?.[0]?.firstChild?.textContent ?? ariaLabel ?? "This").trim();
}

/** With its label, and below what sticks to the top (scroll-padding of the page). */
function goToFirst(form: HTMLFormElement | null): void {
  const first = form?.querySelector<HTMLElement>("[aria-invalid=true]");
  first?.focus({ preventScroll: true });
  first?.closest("[data-field]")?.scrollIntoView({ block: "nearest" });
}
