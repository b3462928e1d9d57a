import { errorMessage } from '../../base/log';
import type { RunId } from '../../model/ids';
import type { SessionEndpoint } from '../../protocol/engine';
import { PRELOAD_ENV, PRELOAD_SYMBOL } from '../../protocol/preload';
import { FACTS_EXPRESSION, parseFacts, type ProgramFacts } from '../status/programFacts';
import type { Evaluate } from './evaluate';

export interface EntryTarget {
  /** Absolute path of the preload. */
  readonly preload: string;
  readonly run: RunId;
  readonly endpoint: SessionEndpoint;
  readonly bundledSdk: boolean;
}

/**
 * `entered`: recorded from now on. `again`: it was recorded before, and sends here from now on. `tool`: runs none of the user's code.
 * `old`: it holds a preload of an older version, which cannot be told another endpoint.
 */
export type EntryState = 'entered' | 'again' | 'tool' | 'old';

export interface Entry {
  readonly state: EntryState;
  readonly facts: ProgramFacts | undefined;
}

const NOT_FOUND = 'MODULE_NOT_FOUND';
const NOT_ALLOWED = 'ERR_ACCESS_DENIED';
/** The inspector listens before Node itself is complete; what is loaded until then sees half of a process. */
const BOOTED = `typeof performance !== 'undefined' && performance.nodeTiming.bootstrapComplete > 0`;
const PATIENCE_MS = [20, 50, 100, 200, 400, 800, 1600, 3200];
/** What the stack has while Node loads modules, its own or the program's. */
const LOADING = 'node:internal/(?:bootstrap|main|modules|process/esm_loader|process/execution)|node:vm:';
const LOADING_RETRY_MS = [5, 10, 20, 40, 80, 160, 320, 640];
const ANYWHERE = '*';

/**
 * Loads the preload into a program that runs already, or tells the one that is there where to send from now on. Rejects where the
 * program cannot be entered, with why.
 */
export async function enterProgram(target: EntryTarget, evaluate: Evaluate): Promise<Entry> {
  await untilBooted(evaluate);
  const answer = await enterBetweenLoads(target, evaluate);
  if (answer.fault !== undefined) throw new Error(faultText(answer.fault, target.preload));
  const facts = await evaluate(FACTS_EXPRESSION).then(parseFacts, () => undefined);
  return { state: answer.state ?? 'tool', facts };
}

/**
 * An inspector interrupts a program wherever it is. Amid the loading of modules we would see halves of them, Node's own among them, so
 * that is waited for, unless the program stands still (at a breakpoint), or loads and loads.
 */
async function enterBetweenLoads(target: EntryTarget, evaluate: Evaluate): Promise<EntryAnswer> {
  let notBusyAt = '';
  for (const wait of LOADING_RETRY_MS) {
    const answer = parseAnswer(await evaluate(entryExpression(target, notBusyAt)));
    if (answer.loading === undefined) return answer;
    notBusyAt = answer.loading;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return parseAnswer(await evaluate(entryExpression(target, ANYWHERE)));
}

/**
 * The program's environment is as it was when this is done: what it hands to its children, or prints, is its own. Not a word of it
 * is written in a syntax that Node 18 does not know. Where modules are being loaded it does nothing but tell the stack, unless that is
 * `notBusyAt`.
 */
function entryExpression({ preload, run, endpoint, bundledSdk }: EntryTarget, notBusyAt: string): string {
  const settings = { endpoint: endpoint.url, run, spool: endpoint.spoolDir };
  const env = {
    [PRELOAD_ENV.endpoint]: settings.endpoint,
    [PRELOAD_ENV.run]: settings.run,
    [PRELOAD_ENV.spool]: settings.spool,
    [PRELOAD_ENV.sdk]: bundledSdk ? 'auto' : 'off',
    [PRELOAD_ENV.late]: '1',
  };
  return `(() => {
  const key = Symbol.for(${JSON.stringify(PRELOAD_SYMBOL)});
  const file = ${JSON.stringify(preload)};
  const wanted = ${JSON.stringify(env)};
  try {
    const present = globalThis[key];
    if (present) {
      if (typeof present.connect !== 'function') return '{"state":"old"}';
      present.connect(${JSON.stringify(settings)});
      return '{"state":"again"}';
    }
    const notBusyAt = ${JSON.stringify(notBusyAt)};
    const { stackTraceLimit, prepareStackTrace } = Error;
    Error.stackTraceLimit = 200;
    Error.prepareStackTrace = undefined;
    const at = String(new Error().stack);
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
    if (notBusyAt !== '${ANYWHERE}' && notBusyAt !== at && new RegExp('${LOADING}').test(at)) return JSON.stringify({ loading: at });
    const builtin = process.getBuiltinModule && process.getBuiltinModule('module');
    const load = builtin ? builtin.createRequire(file)
      : typeof require === 'function' ? require : process.mainModule.require.bind(process.mainModule);
    delete load('module')._cache[file];
    const before = {};
    for (const name of Object.keys(wanted)) {
      before[name] = process.env[name];
      process.env[name] = wanted[name];
    }
    try {
      load(file);
    } finally {
      for (const name of Object.keys(before)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
    return globalThis[key] ? '{"state":"entered"}' : '{"state":"tool"}';
  } catch (error) {
    return JSON.stringify({ fault: String(error && (error.code || error.message) || error) });
  }
})()`;
}

async function untilBooted(evaluate: Evaluate): Promise<void> {
  for (const wait of PATIENCE_MS) {
    // Early on there is no context to evaluate in.
    if ((await evaluate(BOOTED).catch(() => 'false')) !== 'false') return;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

interface EntryAnswer {
  readonly state?: EntryState;
  readonly fault?: string;
  /** The stack: modules are being loaded. */
  readonly loading?: string;
}

function parseAnswer(text: string): EntryAnswer {
  try {
    return JSON.parse(text) as EntryAnswer;
  } catch (error) {
    return { fault: errorMessage(error) };
  }
}

function faultText(fault: string, preload: string): string {
  if (fault === NOT_FOUND)
    return `it does not see ${preload}: it runs in a container or on another machine. Start it there with a traced terminal, or let it export OTLP.`;
  if (fault === NOT_ALLOWED)
    return `Node’s permission model keeps it from reading ${preload}. Add --allow-fs-read for that folder.`;
  return fault;
}
