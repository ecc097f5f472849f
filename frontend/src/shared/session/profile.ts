import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/shared/api/client";

/** Who is logged in, as the user service knows them. */
export const profileQuery = queryOptions({
  queryKey: ["profile"],
  queryFn: ({ signal }) => data(api.GET("/api/users/profile", { signal })),
});
