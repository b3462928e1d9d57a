import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json';
import addFormats from 'ajv-formats';
import Ajv from 'ajv-draft-04';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from 'sarif';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runLint } from './runLint';

/** A URL in a name that is a variable: the value is told as a place beside the finding. */
const BAD = `import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('x');
export function handle(req: Request) {
  const name = req.url;
  tracer.startSpan(name).end();
}
`;
const HELD_BACK = `import { trace } from '@opentelemetry/api';
// spanline-disable-next-line span-name-high-cardinality -- a handful of pages
export const handle = (req: Request) => trace.getTracer('x').startSpan(\`GET \${req.url}\`).end();
`;

let faultsOf: (log: unknown) => string;
let folder: string;

beforeAll(() => {
  // One of its patterns is no pattern in Unicode mode.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(schema);
  faultsOf = (log) => (validate(log) ? '' : ajv.errorsText(validate.errors, { separator: '\n' }));
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-sarif-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function sarif(...args: string[]): Promise<Log> {
  const { out, err } = await runLint(folder, '--format', 'sarif', '--level', 'hint', ...args);
  expect(err).toBe('');
  return JSON.parse(out) as Log;
}

const results = (log: Log) => log.runs[0].results ?? [];

describe('SARIF', () => {
  test('the schema finds what is wrong', () => {
    expect(faultsOf({ version: '2.1.0', runs: [{ tool: { driver: {} } }] })).toContain("required property 'name'");
    expect(faultsOf({ version: '2.2.0', runs: [] })).toContain('version');
  });

  test('of a folder without findings is what the schema demands', async () => {
    expect(faultsOf(await sarif())).toBe('');
  });

  test('of findings is what the schema demands, with the places that explain them and a fingerprint', async () => {
    await writeFile(join(folder, 'ä b.ts'), BAD);
    const log = await sarif();
    expect(faultsOf(log)).toBe('');
    const named = results(log).find(({ ruleId }) => ruleId === 'span-name-high-cardinality');
    expect(named?.relatedLocations?.map(({ physicalLocation }) => physicalLocation?.region?.startLine)).toEqual([4]);
    expect(named?.relatedLocations?.[0].message?.text).toMatch(/comes from here$/);
    expect(Object.values(named?.partialFingerprints ?? {})).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(named?.locations?.[0].physicalLocation?.artifactLocation?.uri).toMatch(/%C3%A4%20b\.ts$/);
  });

  test('tells of what comments hold back when it is asked to, with the reason, and only then', async () => {
    await writeFile(join(folder, 'a.ts'), HELD_BACK);
    const held = (log: Log) => results(log).filter(({ ruleId }) => ruleId === 'span-name-high-cardinality');
    expect(held(await sarif())).toEqual([]);
    const log = await sarif('--suppressed');
    expect(faultsOf(log)).toBe('');
    expect(held(log).map(({ suppressions }) => suppressions)).toEqual([
      [{ kind: 'inSource', justification: 'a handful of pages' }],
    ]);
  });

  test('what is suppressed fails no run', async () => {
    await writeFile(join(folder, 'a.ts'), HELD_BACK);
    expect((await runLint(folder, '--format', 'sarif', '--suppressed')).code).toBe(0);
    expect((await runLint(folder, '--suppressed')).code).toBe(2);
  });

  test('beside a baseline, what it does not list is new', async () => {
    await writeFile(join(folder, 'a.ts'), BAD);
    expect(results(await sarif()).some(({ baselineState }) => baselineState !== undefined)).toBe(false);
    const baseline = join(folder, 'baseline.json');
    await sarifless('--write-baseline', baseline);
    await writeFile(join(folder, 'b.ts'), BAD);
    const log = await sarif('--baseline', baseline);
    expect(faultsOf(log)).toBe('');
    expect(results(log).length).toBeGreaterThan(0);
    expect(new Set(results(log).map(({ baselineState }) => baselineState))).toEqual(new Set(['new']));
  });
});

async function sarifless(...args: string[]): Promise<void> {
  expect((await runLint(folder, '--level', 'hint', ...args)).code).toBe(0);
}
