/** What of a control decides whether its value will do: those of HTML, so that forms need no rules of their own. */
export interface Control {
  name: string;
  value: string;
  type: string;
  required: boolean;
  minLength?: number;
  min?: string;
  max?: string;
  validity: Pick<
    ValidityState,
    "valid" | "typeMismatch" | "badInput" | "stepMismatch" | "rangeUnderflow" | "rangeOverflow"
  >;
}

/** What is wrong with the value of a control, in our words; "" when nothing is. @param label as it is shown */
export function faultOf(control: Control, label: string): string {
  const { value, type, required, validity, minLength = -1, min = "", max = "" } = control;
  if (validity.badInput) return "This is not a number.";
  if (required && value.trim() === "") return `${label} is needed.`;
  if (value !== "" && value.length < minLength) return `${label} needs at least ${minLength} characters.`;
  if (validity.typeMismatch && type === "email")
    return "This is not an email address. One looks like ada@example.com.";
  if (validity.rangeUnderflow) return `The least is ${min}.`;
  if (validity.rangeOverflow) return `The most is ${max}.`;
  if (validity.stepMismatch) return "A whole number is needed.";
  return validity.valid ? "" : "This will not do.";
}
