import { HttpError } from '../errors.ts';

const LIMIT_MS = 3_000;

export interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls a service of ours and gives its JSON. What the service refuses, we refuse in its words. */
export async function call<T>(service: string, url: string, { method = 'GET', body, headers }: Call = {}): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(LIMIT_MS),
  });
  const answer = (await response.json()) as T & { error?: string };
  if (!response.ok) throw new HttpError(response.status, answer.error ?? `${service} answered ${response.status}`);
  return answer;
}
