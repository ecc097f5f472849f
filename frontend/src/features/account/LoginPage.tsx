import { useMutation } from "@tanstack/react-query";
import { Link, Navigate, useSearchParams } from "react-router";
import { ApiError } from "@/shared/api/problem";
import { usePerson, useSession } from "@/shared/session/session";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/Field";
import { Form } from "@/shared/ui/Form";
import { nextPage } from "./next";
import { logIn, useDone } from "./queries";

export function Component() {
  const [params] = useSearchParams();
  const person = usePerson();
  const expired = useSession((state) => state.expired);
  const { done } = useDone();
  const login = useMutation({
    mutationFn: (form: FormData) => logIn(String(form.get("email")), String(form.get("password"))),
  });
  // Here too when another tab logged in meanwhile.
  if (person) return <Navigate to={nextPage(params)} replace />;
  const isWrong = login.error instanceof ApiError && login.error.status === 401;
  return (
    <div className="page max-w-md py-12">
      <title>Log in · Glasshouse</title>
      <h1 className="title">Log in</h1>
      {(done || expired) && (
        <p role="status" className="mt-4 rounded-pane bg-sun-soft px-4 py-3 text-sun">
          {done ? `${done} Log in.` : "Your session has ended. Log in again to continue where you were."}
        </p>
      )}
      {!done && !expired && params.has("next") && <p className="mt-3 text-faint">Log in to continue.</p>}
      <Form
        send={(form) => login.mutate(new FormData(form))}
        problem={login.error}
        className="mt-8 grid gap-5"
      >
        <TextField label="Email" name="email" type="email" autoComplete="username" />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          fault={isWrong ? "The email or the password is wrong." : undefined}
        />
        {login.isError && !isWrong && <ErrorNotice error={login.error} title="You could not be logged in." />}
        <Button type="submit" busy={login.isPending}>
          Log in
        </Button>
      </Form>
      <p className="mt-6 text-faint">
        New here?{" "}
        <Link to={{ pathname: "/register", search: params.toString() }} className="link">
          Create an account
        </Link>
      </p>
    </div>
  );
}
