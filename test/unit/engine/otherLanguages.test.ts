import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { RunId, SpanId, TraceId } from '../../../src/model/ids';
import type { PathSettings } from '../../../src/protocol/engine';
import { QUIET_ENGINE } from '../../support/engineSettings';
import { runInfo, send, span, startTestEngine, temporaryFolder } from './testEngine';

const attribute = (key: string, value: string | number) => ({
  key,
  value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
});

const inService = (service: string, language: string, spans: readonly object[]) => ({
  resourceSpans: [
    {
      resource: { attributes: [attribute('service.name', service), attribute('telemetry.sdk.language', language)] },
      scopeSpans: [{ scope: { name: 'test' }, spans }],
    },
  ],
});

function workspaceWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function receiving(paths: Partial<PathSettings>) {
  const { engine, changes } = startTestEngine({ paths: { folders: [], mappings: [], ...paths } });
  const { url } = await engine.openSession(runInfo('run'));
  const post = (body: object) => send(`${url}/v1/traces`, body);
  const location = async (one: { traceId: string; spanId: string }) =>
    (await engine.span(one.traceId as TraceId, one.spanId as SpanId))?.location;
  return { engine, changes, post, location };
}

describe('spans of a program that runs in a container', () => {
  const paid = () =>
    span('pay', { attributes: [attribute('code.filepath', '/app/src/pay.py'), attribute('code.lineno', 7)] });

  test('are on the line of the file here, in statistics and alone', async () => {
    const folder = workspaceWith({ 'src/pay.py': '' });
    const { engine, changes, post, location } = await receiving({ folders: [folder] });
    const one = paid();
    await post(inService('bank', 'python', [one]));
    await vi.waitFor(async () => expect((await engine.fileStats(`${folder}/src/pay.py`)).lines).toHaveLength(1), {
      timeout: 20_000,
    });
    expect((await engine.fileStats(`${folder}/src/pay.py`)).lines[0]).toMatchObject({
      line: 7,
      confidence: 'likely',
      reason: 'the span’s own code attributes; /app/src/pay.py ends like only this file here',
    });
    expect(await location(one)).toMatchObject({ path: `${folder}/src/pay.py`, recorded: '/app/src/pay.py', line: 7 });
    await vi.waitFor(() => expect(changes.flatMap(({ files }) => files)).toContain(`${folder}/src/pay.py`), {
      timeout: 20_000,
    });
  });

  test('move when the user says where they belong', async () => {
    const folder = workspaceWith({ 'one/src/pay.py': '', 'two/src/pay.py': '' });
    const { engine, changes, post } = await receiving({ folders: [folder] });
    await post(inService('bank', 'python', [paid()]));
    await vi.waitFor(() => expect(changes.length).toBeGreaterThan(0), { timeout: 20_000 });
    expect((await engine.fileStats(`${folder}/two/src/pay.py`)).lines).toEqual([]);
    const mappings = [{ from: '/app', to: `${folder}/two`, said: 'the setting' }];
    await engine.configure({ ...QUIET_ENGINE, paths: { folders: [folder], mappings } });
    expect((await engine.fileStats(`${folder}/two/src/pay.py`)).lines).toMatchObject([
      {
        line: 7,
        count: 1,
        confidence: 'certain',
        reason: 'the span’s own code attributes; /app/src/pay.py by the setting',
      },
    ]);
    await vi.waitFor(() => expect(changes.flatMap(({ files }) => files)).toContain(`${folder}/two/src/pay.py`), {
      timeout: 20_000,
    });
  });

  test('follow the debug configuration of their run', async () => {
    const folder = workspaceWith({ 'deep/inside/other.py': '' });
    const { engine, post, location } = await receiving({});
    const pathMappings = [{ from: '/app/src/pay.py', to: `${folder}/deep/inside/other.py`, said: 'launch' }];
    await engine.openSession({ ...runInfo('attached'), run: 'attached' as RunId, pathMappings });
    const one = paid();
    await post(inService('bank', 'python', [one]));
    expect(await location(one)).toMatchObject({ path: `${folder}/deep/inside/other.py`, confidence: 'certain' });
  });
});

describe('spans that say no line', () => {
  const THROWN =
    'Traceback (most recent call last):\n  File "/app/src/pay.py", line 31, in charge\nValueError: no money';

  test('are where their exception was thrown, without counting there', async () => {
    const folder = workspaceWith({ 'src/pay.py': '' });
    const { engine, post, location } = await receiving({ folders: [folder] });
    const one = span('pay', {
      events: [{ name: 'exception', attributes: [attribute('exception.stacktrace', THROWN)] }],
    });
    await post(inService('bank', 'python', [one]));
    await vi.waitFor(
      async () =>
        expect(await location(one)).toMatchObject({
          path: `${folder}/src/pay.py`,
          line: 31,
          functionName: 'charge',
          confidence: 'possible',
          reason: 'where its exception was thrown; /app/src/pay.py ends like only this file here',
        }),
      { timeout: 20_000 },
    );
    expect((await engine.fileStats(`${folder}/src/pay.py`)).lines).toEqual([]);
  });

  test('count on the first own line of their stack', async () => {
    const folder = workspaceWith({ 'src/main/java/com/shop/Pay.java': '' });
    const { engine, post, location } = await receiving({ folders: [folder] });
    const stack =
      '\tat java.base/java.lang.Thread.getStackTrace(Thread.java:1610)\n\tat com.shop.Pay.charge(Pay.java:12)\n';
    const [one, two] = [1, 2].map(() => span('charge', { attributes: [attribute('code.stacktrace', stack)] }));
    await post(inService('bank', 'java', [one, two]));
    const path = `${folder}/src/main/java/com/shop/Pay.java`;
    await vi.waitFor(
      async () =>
        expect((await engine.fileStats(path)).lines).toMatchObject([{ line: 12, count: 2, confidence: 'likely' }]),
      { timeout: 20_000 },
    );
    expect(await location(two)).toMatchObject({ path, line: 12 });
    expect((await location(two))?.reason).toMatch(/^first own frame of code\.stacktrace; com\/shop\/Pay\.java ends/);
  });

  test('are on the line that the index of their language knows', async () => {
    const { engine, post, location } = await receiving({});
    const wanted: string[] = [];
    engine.onSitesWanted((languages) => wanted.push(...languages));
    const one = span('charge card 7');
    await post(inService('bank', 'python', [one]));
    await vi.waitFor(() => expect(wanted).toContain('python'), { timeout: 20_000 });
    const sites = [{ kind: 'span', name: ['charge card ', ''], line: 3, column: 5, functionName: 'charge' }] as const;
    const file = {
      path: '/ws/bank/pay.py',
      language: 'python',
      project: '/ws/bank',
      services: ['bank'],
      sites,
    } as const;
    await engine.spanSites({ files: [file], complete: ['python'] });
    await vi.waitFor(
      async () => expect((await engine.fileStats(file.path)).lines).toMatchObject([{ line: 3, count: 1 }]),
      { timeout: 20_000 },
    );
    expect(await location(one)).toMatchObject({ path: file.path, line: 3, functionName: 'charge' });
  });

  test('have their index asked for once, although they were expected', async () => {
    const { engine, post } = await receiving({});
    const wanted: string[][] = [];
    engine.onSitesWanted((languages) => wanted.push([...languages]));
    await engine.expectUnlocated('python');
    await engine.expectUnlocated('python');
    expect(wanted).toEqual([['python']]);
    await post(inService('bank', 'python', [span('pay')]));
    await post(inService('shop', 'go', [span('sell')]));
    await vi.waitFor(() => expect(wanted).toEqual([['python'], ['go']]), { timeout: 20_000 });
  });
});
