import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";
import { useFault } from "./Form";

interface Common {
  label: string;
  hint?: ReactNode;
  /** What is wrong with the value. */
  fault?: string | undefined;
}

/** A labelled control; the hint and the fault are its description. A fault that is given stands over the form's. */
function Labelled({
  name,
  label,
  hint,
  fault: given,
  optional,
  className = "",
  control,
}: Common & {
  name: string | undefined;
  optional?: boolean;
  className?: string | undefined;
  control: (attributes: Record<string, unknown>) => ReactNode;
}) {
  const id = useId();
  const found = useFault(name);
  const fault = given ?? found;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={className} data-field>
      <label htmlFor={id} className="mb-1 block text-sm font-semibold">
        {label}
        {optional && <span className="font-normal text-faint"> (optional)</span>}
      </label>
      {control({ id, "aria-describedby": described, "aria-invalid": fault ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-sm text-faint">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} role="alert" className="mt-1 text-sm font-medium text-clay">
          {fault}
        </p>
      )}
    </div>
  );
}

type Text = Common & InputHTMLAttributes<HTMLInputElement> & { optional?: boolean };

export function TextField({ label, hint, fault, optional, className, ...rest }: Text) {
  return (
    <Labelled
      {...{ name: rest.name, label, hint, fault, optional, className }}
      control={(attributes) => <input className="field" required={!optional} {...rest} {...attributes} />}
    />
  );
}

type Area = Common & TextareaHTMLAttributes<HTMLTextAreaElement> & { optional?: boolean };

export function TextArea({ label, hint, fault, optional, className, ...rest }: Area) {
  return (
    <Labelled
      {...{ name: rest.name, label, hint, fault, optional, className }}
      control={(attributes) => <textarea className="field" required={!optional} {...rest} {...attributes} />}
    />
  );
}

type Choice = Common & SelectHTMLAttributes<HTMLSelectElement>;

export function SelectField({ label, hint, fault, className, children, ...rest }: Choice) {
  return (
    <Labelled
      {...{ name: rest.name, label, hint, fault, className }}
      control={(attributes) => (
        <select className="field" {...rest} {...attributes}>
          {children}
        </select>
      )}
    />
  );
}
