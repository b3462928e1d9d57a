import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { attributeText } from '../../../src/model/attributeText';
import type { SourceLocation } from '../../../src/model/sourceLocation';
import type { Span } from '../../../src/model/span';
import { SHOP } from '../../vscode/harness/paths';
import { type Judged, judgeSpan, nameOf, newJudged } from './mappingTruth';

/** How long customers come. */
const CUSTOMERS_MS = 20_000;
const STATEMENT_KEYS = ['db.query.text', 'db.statement'];
const STATEMENT_LENGTH = 110;
/** Where it waits for a connection within a query, its line is the query's, whose span has it. */
const WAIT = 'pg-pool.connect';

/**
 * By service, kind and name, and for queries how their text begins, the line that makes such spans. Customers come at random, so that
 * no two runs have the same requests.
 */
export type ShopTruth = Readonly<Record<string, string | readonly string[] | null>>;

/** The sample's services as its launch configurations start them; `env` is that of those that are recorded. */
export function startShop(env: NodeJS.ProcessEnv): ChildProcess[] {
  const ports = Object.fromEntries(
    ['GATEWAY', 'ORDERS', 'PAYMENTS', 'DATABASE', 'BANK', 'COLLECTOR'].map((name, i) => [
      `${name}_PORT`,
      `${38120 + i}`,
    ]),
  );
  const outside = { ...process.env, ...ports };
  // Each says its own name.
  const inside = { ...env, ...ports, OTEL_SERVICE_NAME: undefined };
  const service = (name: string, args: readonly string[], environment: NodeJS.ProcessEnv) =>
    spawn(process.execPath, args, { cwd: join(SHOP, name), env: environment, stdio: 'ignore' });
  return [
    service('database', ['src/main.js'], outside),
    service('payments', ['src/main.js'], inside),
    service('orders', ['--require', './src/telemetry.js', 'src/main.js'], inside),
    service('gateway', ['--import', 'tsx', '--import', './src/telemetry.ts', 'src/main.ts'], inside),
    service('load', ['src/main.js'], outside),
  ];
}

export const shopWork = (): Promise<void> => delay(CUSTOMERS_MS);

export function judgeShop(
  spans: readonly Span[],
  locationOf: (span: Span) => SourceLocation | undefined,
  truth: ShopTruth,
): Judged {
  const judged = newJudged();
  const byId = new Map(spans.map((span) => [span.spanId as string, span]));
  for (const span of spans) {
    const line = truth[keyOf(span, byId)];
    if (process.env.SPANLINE_MAPPING_SHOW) console.log(`SHOW ${JSON.stringify([keyOf(span, byId), locationOf(span)])}`);
    if (line === undefined) judged.unknown++;
    else judgeSpan(judged, span, [nameOf(span), line ?? undefined], locationOf(span), SHOP);
  }
  return judged;
}

/** `service | kind name`, for queries with their text, for a wait with the span around it. Ids in names are 0. */
function keyOf(span: Span, byId: ReadonlyMap<string, Span>): string {
  const statement = span.attributes.find(({ key }) => STATEMENT_KEYS.includes(key));
  const text = statement && attributeText(statement.value).replace(/\s+/g, ' ').slice(0, STATEMENT_LENGTH);
  const around = span.name === WAIT ? byId.get(span.parentSpanId ?? '')?.name : undefined;
  const name = nameOf(span).replace(/\d+/g, '0');
  return [span.service, name, ...(text === undefined ? [] : [text]), ...(around ? [`in ${around}`] : [])].join(' | ');
}
