import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Link } from "react-router";
import { api, data } from "@/shared/api/client";
import { ApiError } from "@/shared/api/problem";
import type { Profile } from "@/shared/api/types";
import { notify } from "@/shared/notices";
import { profileQuery } from "@/shared/session/profile";
import { formatTime } from "@/shared/time";
import { Button } from "@/shared/ui/Button";
import { ErrorNotice } from "@/shared/ui/ErrorNotice";
import { TextField } from "@/shared/ui/Field";
import { Form } from "@/shared/ui/Form";
import { Loading, Skeleton } from "@/shared/ui/Skeleton";
import { changePassword, logOut, logOutEverywhere } from "./queries";

export function Component() {
  const { data: profile, error, isPending, refetch } = useQuery(profileQuery);
  return (
    <div className="page max-w-3xl py-10">
      <title>Your account · Glasshouse</title>
      <h1 className="title">Your account</h1>
      {isPending && (
        <div className="mt-8 grid gap-6">
          <Loading what="your account" />
          <Skeleton className="h-48" />
          <Skeleton className="h-64" />
        </div>
      )}
      {error && !profile && (
        <div className="mt-8">
          <ErrorNotice error={error} title="Your account could not be loaded." retry={() => void refetch()} />
        </div>
      )}
      {profile && (
        <>
          <p className="mt-3 text-lg wrap-anywhere text-faint">
            {profile.email}, customer since {formatTime(profile.createdAt, "day")}.{" "}
            <Link to="/orders" className="link">
              Your orders
            </Link>
          </p>
          <div className="mt-8 grid gap-6">
            <NameForm profile={profile} />
            <PasswordForm profile={profile} />
          </div>
        </>
      )}
      <Sessions />
    </div>
  );
}

function NameForm({ profile }: { profile: Profile }) {
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (name: string) => data(api.PUT("/api/users/profile", { body: { name } })),
    onSuccess: (saved) => {
      client.setQueryData(profileQuery.queryKey, saved);
      notify("Your name is saved.");
    },
  });
  return (
    <section className="pane p-6" aria-labelledby="name">
      <h2 id="name" className="heading mb-4">
        Your name
      </h2>
      <Form send={(form) => save.mutate(String(new FormData(form).get("name")))} className="grid gap-5">
        <TextField
          label="Name"
          name="name"
          optional
          maxLength={100}
          autoComplete="name"
          defaultValue={profile.name}
        />
        {save.isError && <ErrorNotice error={save.error} title="Your name could not be saved." />}
        <Button type="submit" className="justify-self-start" busy={save.isPending}>
          Save name
        </Button>
      </Form>
    </section>
  );
}

function PasswordForm({ profile }: { profile: Profile }) {
  const sent = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: ({ current, next }: { current: string; next: string }) =>
      changePassword(profile.email, current, next),
    onSuccess: (isLoggedIn) => {
      if (!isLoggedIn) return;
      sent.current?.reset();
      notify("Your password is changed. You are logged out on all other devices.");
    },
  });
  const isWrong = change.error instanceof ApiError && change.error.status === 403;
  const send = (form: HTMLFormElement) => {
    sent.current = form;
    const given = new FormData(form);
    change.mutate({ current: String(given.get("current")), next: String(given.get("next")) });
  };
  return (
    <section className="pane p-6" aria-labelledby="password">
      <h2 id="password" className="heading mb-4">
        Change your password
      </h2>
      <Form send={send} problem={change.error} className="grid gap-5">
        <input type="hidden" name="username" autoComplete="username" value={profile.email} readOnly />
        <TextField
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          fault={isWrong ? "This is not your current password." : undefined}
        />
        <TextField
          label="New password"
          name="next"
          type="password"
          minLength={6}
          maxLength={128}
          autoComplete="new-password"
          hint="At least 6 characters. You will be logged out on all other devices."
        />
        {change.isError && !isWrong && (
          <ErrorNotice
            error={change.error}
            title="Your password could not be changed."
            unknown="We do not know whether your password was changed. If you have to log in, try the new one first."
          />
        )}
        <Button type="submit" className="justify-self-start" busy={change.isPending}>
          Change password
        </Button>
      </Form>
    </section>
  );
}

function Sessions() {
  const everywhere = useMutation({ mutationFn: logOutEverywhere });
  return (
    <section className="pane mt-6 p-6" aria-labelledby="sessions">
      <h2 id="sessions" className="heading mb-2">
        Log out
      </h2>
      <p className="mb-5 text-faint">“Log out everywhere” logs you out on all devices, including this one.</p>
      {everywhere.isError && (
        <div className="mb-5">
          <ErrorNotice error={everywhere.error} title="Your sessions could not be ended." />
        </div>
      )}
      <div className="flex flex-wrap gap-3">
        <Button look="quiet" onClick={() => void logOut()}>
          Log out
        </Button>
        <Button look="danger" busy={everywhere.isPending} onClick={() => everywhere.mutate()}>
          Log out everywhere
        </Button>
      </div>
    </section>
  );
}
