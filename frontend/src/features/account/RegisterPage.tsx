import { useMutation } from "@tanstack/react-query";
import { Link, Navigate, useSearchParams } from "react-router";
import { ApiError } from "@/shared/api/problem";
import { usePerson } from "@/shared/session/session";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/Field";
import { Form } from "@/shared/ui/Form";
import { nextPage } from "./next";
import { register } from "./queries";

export function Component() {
  const [params] = useSearchParams();
  const person = usePerson();
  const registration = useMutation({
    mutationFn: (form: FormData) =>
      register(String(form.get("name")), String(form.get("email")), String(form.get("password"))),
  });
  const login = { pathname: "/login", search: params.toString() };
  if (person) return <Navigate to={nextPage(params)} replace />;
  if (registration.data === false) return <Navigate to={login} replace />;
  const problem = registration.error instanceof ApiError ? registration.error : undefined;
  const faultOf = (field: string) =>
    problem?.faults.find((fault) => fault.field === `body.${field}`)?.message;
  const isTaken = problem?.status === 409;
  return (
    <div className="page max-w-md py-12">
      <title>Create an account · Glasshouse</title>
      <h1 className="title">Create an account</h1>
      <p className="mt-3 text-faint">You need one to place an order and to see your orders later.</p>
      <Form
        send={(form) => registration.mutate(new FormData(form))}
        problem={problem}
        className="mt-8 grid gap-5"
      >
        <TextField
          label="Your name"
          name="name"
          optional
          maxLength={100}
          autoComplete="name"
          fault={faultOf("name")}
        />
        <TextField
          label="Email"
          name="email"
          type="email"
          maxLength={254}
          autoComplete="username"
          fault={isTaken ? "There is an account with this email. Log in instead." : faultOf("email")}
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          minLength={6}
          maxLength={128}
          autoComplete="new-password"
          hint="At least 6 characters."
          fault={faultOf("password")}
        />
        {registration.isError && !isTaken && !problem?.faults.length && (
          <ErrorNotice
            error={registration.error}
            title="Your account could not be created."
            unknown="We do not know whether your account was created. Try to log in."
          />
        )}
        <Button type="submit" busy={registration.isPending}>
          Create account
        </Button>
      </Form>
      <p className="mt-6 text-faint">
        Already have an account?{" "}
        <Link to={login} className="link">
          Log in
        </Link>
      </p>
    </div>
  );
}
