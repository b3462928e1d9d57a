import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { runLint as run } from './runLint';

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

describe('spanline lint', () => {
  test('ends with 0 and says so when there is nothing to find', async () => {
    await write({ 'src/a.ts': 'export const a = 1;\n' });
    expect(await run(folder)).toEqual({ code: 0, out: 'Nothing found.\n', err: '' });
  });

  test('ends with 1 and names the place, the rule and the fault', async () => {
    await write({ 'src/a.ts': BAD });
    const { code, out } = await run(folder);
    expect(code).toBe(1);
    expect(out).toMatch(/src\/a\.ts:2:79 warning span-name-high-cardinality\n {2}The span name holds a URL/);
    expect(out).toMatch(/1 finding\.\n$/);
  });

  test('says how many are less certain than what is shown', async () => {
    const byName = `import '@opentelemetry/api';\nexport const f = (tracer, req) => tracer.startSpan(\`GET \${req.url}\`).end();\n`;
    await write({ 'a.ts': byName });
    expect(await run(folder)).toMatchObject({
      code: 0,
      out: 'Nothing found. 1 more is less certain; --level hint shows it.\n',
    });
    await write({ 'b.ts': BAD, 'c.ts': byName });
    expect((await run(folder)).out).toMatch(/\n1 finding\. 2 more are less certain; --level hint shows them\.\n$/);
    expect((await run(folder, '--level', 'hint')).out).toMatch(/\n3 findings\.\n$/);
  });

  test('takes a folder that is called like a file', async () => {
    await write({ 'next.js/a.ts': BAD, 'next.js/observability-test/a.ts': BAD });
    expect((await run(join(folder, 'next.js'))).out).toMatch(/1 finding\.\n$/);
  });

  test('leaves out tests, dependencies and built code', async () => {
    await write({ 'test/a.test.ts': BAD, 'node_modules/x/a.ts': BAD, 'dist/a.js': BAD, 'lib/.cache/a.ts': BAD });
    expect((await run(folder)).code).toBe(0);
    expect((await run(folder, '--tests')).code).toBe(1);
  });

  test('writes JSON and SARIF', async () => {
    await write({ 'a.ts': BAD });
    expect(JSON.parse((await run(folder, '--format', 'json')).out)).toMatchObject([
      { line: 2, rule: 'span-name-high-cardinality' },
    ]);
    const sarif = JSON.parse((await run(folder, '--format', 'sarif')).out) as { runs: { results: unknown[] }[] };
    expect(sarif.runs[0].results).toMatchObject([{ ruleId: 'span-name-high-cardinality', level: 'warning' }]);
  });

  test('takes levels, for all rules and for one', async () => {
    await write({ 'a.ts': BAD });
    expect((await run(folder, '--level', 'error')).code).toBe(0);
    expect((await run(folder, '--rule', 'span-name-high-cardinality=error', '--level', 'error')).code).toBe(1);
    expect((await run(folder, '--rule', 'span-name-high-cardinality=off')).code).toBe(0);
  });

  test('applies what is safe to apply and tells what is left', async () => {
    await write({ 'a.ts': SAFE, 'b.ts': BAD });
    const { code, out } = await run(folder, '--fix');
    expect(await readFile(join(folder, 'a.ts'), 'utf8')).toContain("'http.response.status_code', 200)");
    expect(await readFile(join(folder, 'b.ts'), 'utf8')).toBe(BAD);
    expect([code, out.includes('a.ts'), out.includes('b.ts')]).toEqual([1, false, true]);
  });

  test('writes SARIF whose results point at rules, places and a fingerprint that outlives moved lines', async () => {
    interface Run {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleId: string; ruleIndex: number; partialFingerprints: object; locations: object[] }[];
    }
    const sarif = async () => (JSON.parse((await run(folder, '--format', 'sarif')).out) as { runs: Run[] }).runs[0];
    await write({ 'a b.ts': BAD });
    const before = await sarif();
    const [result] = before.results;
    expect(before.tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
    expect(JSON.stringify(result.locations)).toContain('a%20b.ts');
    expect(JSON.stringify(result.locations)).toMatch(/"startLine":2,"startColumn":79,"endLine":2,"endColumn":\d+/);
    await write({ 'a b.ts': `\n\n${BAD}` });
    expect((await sarif()).results[0].partialFingerprints).toEqual(result.partialFingerprints);
  });

  test('writes annotations for GitHub', async () => {
    await write({ 'a,b.ts': BAD });
    expect((await run(folder, '--format', 'github')).out).toMatch(
      /^::warning file=.*a%2Cb\.ts,line=2,col=79,endLine=2,endColumn=\d+,title=Spanline%3A span-name-high-cardinality::The span name/,
    );
  });

  test('tolerates as many warnings as it is told to, and no error', async () => {
    await write({ 'a.ts': BAD });
    expect((await run(folder, '--max-warnings', '1')).code).toBe(0);
    expect((await run(folder, '--max-warnings', '0')).code).toBe(1);
    expect((await run(folder, '--max-warnings', '9', '--rule', 'span-name-high-cardinality=error')).code).toBe(1);
  });

  test('leaves out what the baseline lists, wherever its line has gone, and no more of it', async () => {
    const baseline = join(folder, 'baseline.json');
    await write({ 'src/a.ts': BAD });
    expect((await run(folder, '--write-baseline', baseline)).code).toBe(0);
    await write({ 'src/a.ts': `// moved\n${BAD}` });
    expect(await run(folder, '--baseline', baseline)).toMatchObject({ code: 0, out: 'Nothing found.\n' });
    const again = BAD.split('\n')[1];
    await write({ 'src/a.ts': `${BAD}${again}\n` });
    expect((await run(folder, '--baseline', baseline)).out).toMatch(/a\.ts:3:\d+ warning[^]*1 finding\.\n$/);
  });

  test('follows the configuration nearest to each file, under what it is told', async () => {
    await write({
      'package.json': '{ "spanline": { "rules": { "span-name-high-cardinality": "error" } } }',
      'a.ts': BAD,
      'deep/.spanlinerc.json': '{ "rules": { "span-name-high-cardinality": "off" } }',
      'deep/a.ts': BAD,
    });
    expect((await run(folder)).out).toMatch(/a\.ts:2:79 error[^]*1 finding/);
    expect((await run(folder, '--rule', 'span-name-high-cardinality=warning')).out).toMatch(/2 findings/);
    expect((await run(folder, '--config', join(folder, 'deep/.spanlinerc.json'))).code).toBe(0);
  });

  test('leaves out what the configuration ignores, and takes its wrappers', async () => {
    await write({
      '.spanlinerc.json': '{ "ignore": ["generated", "**/*.gen.ts"], "wrappers": ["traced"] }',
      'generated/a.ts': BAD,
      'src/b.gen.ts': BAD,
      'src/c.ts': 'export const handle = (req) => traced(`GET ${req.url}`, () => 1);\n',
    });
    expect((await run(folder)).out).toMatch(/src\/c\.ts:1:\d+ warning span-name-high-cardinality[^]*1 finding\./);
  });

  test.each([
    ['{ "rules": { "nothing": "off" } }', 'there is no rule "nothing"'],
    ['{ "rules": { "noisy-span": "loud" } }', 'cannot have the level "loud"'],
    ['{ "rulez": {} }', 'there is no setting "rulez"'],
    ['{ "ignore": "src" }', '"ignore" is no list of texts'],
    ['{ rules', 'is no JSON'],
    ['[]', 'is no object'],
  ])('ends with 2 for the configuration %s', async (text, fault) => {
    await write({ '.spanlinerc.json': text, 'a.ts': 'export {};\n' });
    const { code, err } = await run(folder);
    expect(code).toBe(2);
    expect(err).toContain(fault);
  });

  test('ends with 2 when the baseline is none', async () => {
    await write({ 'a.ts': BAD, 'baseline.json': '[]' });
    const { code, err } = await run(folder, '--baseline', join(folder, 'baseline.json'));
    expect([code, err]).toEqual([2, expect.stringContaining('is no baseline')]);
  });

  test('tells which comments suppress nothing, and removes them', async () => {
    const suppressed = BAD.replace(
      '\nexport',
      '\n// spanline-disable-next-line span-name-high-cardinality -- few\nexport',
    );
    const idle =
      "import '@opentelemetry/api';\n// spanline-disable-next-line pii-attribute -- gone\nexport const a = 1;\n";
    await write({ 'a.ts': suppressed, 'b.ts': idle });
    const { out } = await run(folder, '--level', 'information');
    expect(out).toMatch(/b\.ts:2:1 information unused-suppression[^]*1 finding\.\n$/);
    expect((await run(folder, '--rule', 'unused-suppression=off', '--level', 'information')).code).toBe(0);
    await run(folder, '--fix');
    expect(await readFile(join(folder, 'b.ts'), 'utf8')).toBe("import '@opentelemetry/api';\nexport const a = 1;\n");
    expect(await readFile(join(folder, 'a.ts'), 'utf8')).toBe(suppressed);
  });

  test.each([
    [['--format', 'xml'], 'There is no format "xml"'],
    [['--level', 'loud'], 'There is no level "loud"'],
    [['--rule', 'nothing=off'], 'There is no rule "nothing"'],
    [['--rule', 'pii-attribute=loud'], 'sets no level'],
    [['--frobnicate'], "'--frobnicate'"],
    [['--max-warnings', 'few'], '--max-warnings few is no number'],
    [['--threads', '0'], '--threads 0 is no number of threads'],
    [['--baseline', '/nowhere/b.json'], 'There is no file or folder /nowhere/b.json'],
    [['/nowhere/at/all'], 'There is no file or folder /nowhere/at/all'],
  ])('ends with 2 for %j', async (args, fault) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toContain(fault);
  });
});
