import type { RuleDocs } from '../docs';

export const secretAttributeDocs: RuleDocs = {
  id: 'secret-attribute',
  why: `A password, a token or a key on a span is a key under the mat of every system that the traces pass through: the collector, its logs, the
backend, exports, screenshots. Whoever may read a trace may then act as the program or as its user, for as long as the secret is valid.`,
  remedy: `Leave it out. To tell which key was used, send its id or the last characters of a hash of it. A secret that has been sent is to be
renewed.`,
  leavesAlone: `Counts and sizes (\`gen_ai.usage.prompt_tokens\`, \`token_count\`), ids and types of tokens, flags (\`has_password\`), and hashed or
masked values. \`token\` is a secret only as the last word, in the singular, and not beside the words of language models.`,
  examples: [
    {
      name: 'By the key, by the value, and by the shape of a text',
      code: `
import { trace } from '@opentelemetry/api';

export function call(request: { headers: Record<string, string>; body: { password: string } }, config: { apiKey: string }) {
  const span = trace.getActiveSpan();
  span?.setAttribute('http.request.header.authorization', «request.headers.authorization»);
  span?.setAttribute('app.login', «request.body.password»);
  span?.setAttribute('payment.api_key', «config.apiKey»);
  span?.setAttribute('app.note', «'AKIAJ4XQ5T7ZP2LMWN3A'»);
}
`,
      says: 'credentials',
      fixed: {
        'Remove http.request.header.authorization': `
import { trace } from '@opentelemetry/api';

export function call(request: { headers: Record<string, string>; body: { password: string } }, config: { apiKey: string }) {
  const span = trace.getActiveSpan();
  span?.setAttribute('app.login', request.body.password);
  span?.setAttribute('payment.api_key', config.apiKey);
  span?.setAttribute('app.note', 'AKIAJ4XQ5T7ZP2LMWN3A');
}
`,
      },
    },
    {
      name: 'What only the key or only the value calls a secret',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';

export function call(request: Request, config: { apiKey: string }) {
  const span = trace.getActiveSpan();
  span?.setAttribute('app.key', «config.apiKey»);
  span?.addEvent('signed in', { session_token: «begin(request)» });
}
`,
    },
    {
      name: 'A key that comes from the environment',
      code: `
import { trace } from '@opentelemetry/api';
const API_KEY = process.env.PAYMENTS_API_KEY ?? 'for-development-only';

trace.getActiveSpan()?.setAttribute('payment.api_key', «API_KEY»);
`,
    },
    {
      name: 'Facts about secrets, and tokens of another kind',
      code: `
import { trace } from '@opentelemetry/api';

export function report(usage: Usage, user: User, request: Request) {
  const span = trace.getActiveSpan()!;
  span.setAttribute('gen_ai.usage.prompt_tokens', usage.promptTokens);
  span.setAttribute('llm.token_count', usage.tokenCount);
  span.setAttribute('gen_ai.usage.output_token', usage.outputToken);
  span.setAttribute('tokens', usage.tokens);
  span.setAttribute('time.to.first.token', usage.firstTokenMs);
  span.setAttribute('user.has_password', user.password !== undefined);
  span.setAttribute('auth.token_id', user.tokenId);
  span.setAttribute('aws.auth.account.access_key', request.credentials.accessKeyId);
  span.addEvent('resuming the stream', { resume_token: request.resumeToken, sync_token: request.syncToken, reservation_token: request.reservationToken });
  span.setAttribute('auth.token.type', 'bearer');
  span.setAttribute('auth.token_prefix', user.accessToken.slice(0, 4));
  span.setAttribute('auth.key_hash', hash(user.apiKey));
  span.setAttribute('auth.password', '[redacted]');
  span.setAttribute('http.has_cookie', Boolean(request.headers.get('cookie')));
  span.setAttribute('example.token', 'xxxx');
}
`,
    },
    {
      name: 'The error that came in place of a secret',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export async function load(name: string) {
  const span = trace.getActiveSpan();
  const secretValue = await fetchSecret(name);
  if (secretValue instanceof Error) span?.recordException(secretValue);
  else span?.recordException(new Error(\`no use for \${«secretValue»}\`));
}
`,
    },
    {
      name: 'What is taken out of a token',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export function join(token: string) {
  trace.getActiveSpan()?.setAttribute('room', extractRoomFromToken(token));
}
`,
    },
    {
      name: 'All headers, with whatever a caller sends',
      confidence: 'likely',
      code: `
import { trace } from '@opentelemetry/api';

export function seen(request: Request, response: { headers: Record<string, string> }) {
  const span = trace.getActiveSpan();
  for (const [name, value] of request.headers) span?.setAttribute(\`http.request.header.\${name}\`, «[value]»);
  Object.entries(response.headers).forEach(([name, value]) => {
    span?.setAttribute('http.response.header.' + name, «String(value)»);
  });
}
`,
    },
    {
      name: 'Headers that are chosen',
      code: `
import { trace } from '@opentelemetry/api';

export function seen(request: Request, wanted: Record<string, string>) {
  const span = trace.getActiveSpan();
  for (const [name, value] of request.headers) if (CAPTURED.has(name)) span?.setAttribute(name, value);
  for (const [name, value] of Object.entries(wanted)) span?.setAttribute(name, value);
  for (const [name, value] of request.headers) span?.setAttribute(name, redacted(name, value));
}
`,
    },
    {
      name: 'A fragment that tells tokens apart',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';

export const used = (token: string) => trace.getActiveSpan()?.addEvent('used', { tokenFragment: token.slice(0, 8) });
`,
    },
    {
      name: 'All headers of a request as one text',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace, type Span } from '@opentelemetry/api';

export function describe(span: Span, req: Request, message: { headers: Record<string, string> }) {
  span.setAttribute('request.headers', «JSON.stringify(req.headers)»);
  span.addEvent('received', { headers: «JSON.stringify(Object.fromEntries(req.headers))» });
  span.setAttribute('message.headers', JSON.stringify(message.headers));
  const headers = { accept: 'text/plain' };
  span.setAttribute('sent.headers', JSON.stringify(headers));
}
`,
    },
    {
      name: 'A password that is written down, and texts that are none',
      confidence: 'likely',
      hidden: true,
      code: `
import { trace } from '@opentelemetry/api';
const span = trace.getTracer('shop').startSpan('sign in');

span.setAttribute('password', «'hunter2!'»);
span.setAttribute('password', '********');
span.setAttribute('password', 'unchanged');
span.setAttribute('user.password', 'sha256');
span.setAttribute('password', 'step 2 of 3');
span.end();
`,
    },
  ],
};
