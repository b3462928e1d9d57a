/** A bundle of its own, `dist/inspector.js`: loaded when somebody attaches. */
import WebSocket from 'ws';
import type { Evaluate, InspectorModule } from './evaluate';

const OPEN_TIMEOUT_MS = 3_000;
/** A program in a tight loop answers nothing. */
const ANSWER_TIMEOUT_MS = 5_000;

interface Question {
  readonly resolve: (value: string) => void;
  readonly reject: (error: Error) => void;
}

interface Answer {
  readonly id?: number;
  readonly error?: { readonly message?: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly text?: string; readonly exception?: { readonly description?: string } };
  };
}

/** Opens the inspector at `url`, lets `talk` evaluate, and closes it again: a program waits with its exit for those that stay. */
export const withInspector: InspectorModule['withInspector'] = async (url, talk) => {
  const socket = new WebSocket(url, { handshakeTimeout: OPEN_TIMEOUT_MS, perMessageDeflate: false });
  try {
    await opened(socket, url);
    return await talk(evaluator(socket));
  } finally {
    socket.terminate();
  }
};

function opened(socket: WebSocket, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', (error) => reject(new Error(`No inspector answers at ${url}: ${error.message}`)));
  });
}

function evaluator(socket: WebSocket): Evaluate {
  let last = 0;
  const waiting = new Map<number, Question>();
  const failAll = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  socket.on('message', (data: Buffer) => {
    const answer = JSON.parse(data.toString()) as Answer;
    const asked = answer.id === undefined ? undefined : waiting.get(answer.id);
    if (!asked) return; // an event
    waiting.delete(answer.id!);
    const fault = faultOf(answer);
    if (fault === undefined) asked.resolve(String(answer.result?.result?.value));
    else asked.reject(new Error(fault));
  });
  socket.on('close', () => failAll('The program ended, or let go of its inspector'));
  socket.on('error', (error) => failAll(error.message));
  return (expression) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const late = setTimeout(
        () => failAll(`The program did not answer within ${ANSWER_TIMEOUT_MS / 1000} s`),
        ANSWER_TIMEOUT_MS,
      );
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T): void => {
          clearTimeout(late);
          settle(value);
        };
      };
      waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
      const params = {
        expression,
        includeCommandLineAPI: true,
        returnByValue: true,
        silent: true,
        disableBreaks: true,
      };
      socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params }));
    });
}

function faultOf({ error, result }: Answer): string | undefined {
  if (error) return error.message ?? 'The inspector refused the question';
  const details = result?.exceptionDetails;
  return details && (details.exception?.description ?? details.text ?? 'The program threw');
}
