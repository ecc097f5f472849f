/** The JSON of an answer. What is no success is an error with the words of who answered. */
export async function ask<T>(url: string, options?: RequestInit): Promise<T> {
  const response = await fetch(url, options);
  const text = await response.text();
  const answer = read(text);
  if (!response.ok)
    throw new Error(said(answer) ?? `${new URL(url, location.href).pathname}: status ${response.status}`);
  return answer as T;
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function said(answer: unknown): string | undefined {
  if (typeof answer === "string") return answer.trim().slice(0, 300) || undefined;
  const { error, message } = (answer ?? {}) as { error?: { message?: unknown }; message?: unknown };
  return [error, error?.message, message].find((text): text is string => typeof text === "string");
}
