import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { lintCommand } from '../../../src/cli/lint';

const BAD = `import { trace } from '@opentelemetry/api';
export const handle = (req: Request) => trace.getTracer('x').startSpan(\`GET \${req.url}\`);
`;
const SAFE = `import { trace } from '@opentelemetry/api';
trace.getActiveSpan()?.setAttribute('http.response.status_code', '200');
`;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spanline-cli-'));
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

function run(...args: string[]): { code: number; out: string; err: string } {
  let out = '';
  let err = '';
  const code = lintCommand(args, { write: (text) => (out += text) }, { write: (text) => (err += text) });
  return { code, out, err };
}

describe('spanline lint', () => {
  test('ends with 0 and says so when there is nothing to find', async () => {
    await write({ 'src/a.ts': 'export const a = 1;\n' });
    expect(run(folder)).toEqual({ code: 0, out: 'Nothing found.\n', err: '' });
  });

  test('ends with 1 and names the place, the rule and the fault', async () => {
    await write({ 'src/a.ts': BAD });
    const { code, out } = run(folder);
    expect(code).toBe(1);
    expect(out).toMatch(/src\/a\.ts:2:79 warning span-name-high-cardinality\n {2}The span name holds a URL/);
    expect(out).toMatch(/1 finding\.\n$/);
  });

  test('leaves out tests, dependencies and built code', async () => {
    await write({ 'test/a.test.ts': BAD, 'node_modules/x/a.ts': BAD, 'dist/a.js': BAD, 'lib/.cache/a.ts': BAD });
    expect(run(folder).code).toBe(0);
    expect(run(folder, '--tests').code).toBe(1);
  });

  test('writes JSON and SARIF', async () => {
    await write({ 'a.ts': BAD });
    expect(JSON.parse(run(folder, '--format', 'json').out)).toMatchObject([
      { line: 2, rule: 'span-name-high-cardinality' },
    ]);
    const sarif = JSON.parse(run(folder, '--format', 'sarif').out) as { runs: { results: unknown[] }[] };
    expect(sarif.runs[0].results).toMatchObject([{ ruleId: 'span-name-high-cardinality', level: 'warning' }]);
  });

  test('takes levels, for all rules and for one', async () => {
    await write({ 'a.ts': BAD });
    expect(run(folder, '--level', 'error').code).toBe(0);
    expect(run(folder, '--rule', 'span-name-high-cardinality=error', '--level', 'error').code).toBe(1);
    expect(run(folder, '--rule', 'span-name-high-cardinality=off').code).toBe(0);
  });

  test('applies what is safe to apply and tells what is left', async () => {
    await write({ 'a.ts': SAFE, 'b.ts': BAD });
    const { code, out } = run(folder, '--fix');
    expect(await readFile(join(folder, 'a.ts'), 'utf8')).toContain("'http.response.status_code', 200)");
    expect(await readFile(join(folder, 'b.ts'), 'utf8')).toBe(BAD);
    expect([code, out.includes('a.ts'), out.includes('b.ts')]).toEqual([1, false, true]);
  });

  test.each([
    [['--format', 'xml'], 'There is no format "xml"'],
    [['--level', 'loud'], 'There is no level "loud"'],
    [['--rule', 'nothing=off'], 'There is no rule "nothing"'],
    [['--rule', 'pii-attribute=loud'], 'sets no level'],
    [['--frobnicate'], "'--frobnicate'"],
    [['/nowhere/at/all'], 'There is no file or folder /nowhere/at/all'],
  ])('ends with 2 for %j', (args, fault) => {
    const { code, err } = run(...args);
    expect(code).toBe(2);
    expect(err).toContain(fault);
  });
});
