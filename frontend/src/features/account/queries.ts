import { api, data } from "@/shared/api/client";
import { begin, end, useSession } from "@/shared/session/session";

export async function logIn(email: string, password: string): Promise<void> {
  const { token, refreshToken } = await data(api.POST("/api/users/login", { body: { email, password } }));
  begin({ token, refreshToken });
}

export async function register(name: string, email: string, password: string): Promise<void> {
  await data(api.POST("/api/users/register", { body: { name, email, password } }));
  await logIn(email, password);
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
