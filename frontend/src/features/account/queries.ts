import { create } from "zustand";
import { api, data } from "@/shared/api/client";
import { begin, end, useSession } from "@/shared/session/session";

/** What was done, for the login page to say, when the login that belongs to it failed. */
export const useDone = create<{ done: string }>(() => ({ done: "" }));

export async function logIn(email: string, password: string): Promise<void> {
  const { token, refreshToken } = await data(api.POST("/api/users/login", { body: { email, password } }));
  begin({ token, refreshToken });
  useDone.setState({ done: "" });
}

/** Make an account and log in. False when only the login failed. */
export async function register(name: string, email: string, password: string): Promise<boolean> {
  await data(api.POST("/api/users/register", { body: { name, email, password } }));
  return logInAfter("Your account is created.", email, password);
}

/** A new password ends all sessions, and this one begins anew. False when only the login failed. */
export async function changePassword(email: string, current: string, next: string): Promise<boolean> {
  await data(api.PUT("/api/users/profile", { body: { currentPassword: current, password: next } }));
  const isLoggedIn = await logInAfter("Your password is changed.", email, next);
  if (!isLoggedIn) end({ expired: true });
  return isLoggedIn;
}

/** What was done stays done, whatever becomes of the login. */
async function logInAfter(done: string, email: string, password: string): Promise<boolean> {
  try {
    await logIn(email, password);
    return true;
  } catch {
    useDone.setState({ done });
    return false;
  }
}

/** The session ends here whether or not the service hears of it; there it ends by itself. */
export async function logOut(): Promise<void> {
  const refreshToken = useSession.getState().tokens?.refreshToken;
  end({ expired: false });
  if (refreshToken)
    await data(api.POST("/api/users/logout", { body: { refreshToken } })).catch(() => undefined);
}

export async function logOutEverywhere(): Promise<void> {
  await data(api.POST("/api/users/logout-all"));
  end({ expired: false });
}
