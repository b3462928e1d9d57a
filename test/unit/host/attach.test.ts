import { describe, expect, test } from 'vitest';
import { attachAddress } from '../../../src/host/attach/attachAddress';
import { isDebugTarget, isNodeAttach, whyNotEntered } from '../../../src/host/attach/attachTarget';
import { enterProgram } from '../../../src/host/attach/entry';
import { entryNotice } from '../../../src/host/attach/entryText';
import type { Evaluate } from '../../../src/host/attach/evaluate';
import { parseProcesses, parseTargets } from '../../../src/host/attach/inspectables';
import type { ProgramFacts } from '../../../src/host/status/programFacts';
import type { RunId } from '../../../src/model/ids';

const FACTS: ProgramFacts = {
  runtime: 'node',
  version: '22.1.0',
  pid: 7,
  upSeconds: 12,
  preload: true,
  endpoint: false,
  nodeOptions: '',
  bundledSdk: '',
  permissions: false,
  otel: {},
  apiCopies: [],
  sdks: [],
  early: [],
  loaderHooks: false,
  exporters: [],
  provider: 'NodeTracerProvider',
  esm: false,
};

const target = {
  preload: '/home/me/preload/preload.cjs',
  run: 'run-1' as RunId,
  endpoint: { url: 'http://127.0.0.1:1', spoolDir: '/spool' },
  bundledSdk: true,
};

/** A program that is up, and then answers one after the other. */
function answering(...answers: readonly string[]): Evaluate {
  const all = ['true', ...answers];
  return async () => all.shift() ?? '';
}

describe('a session is entered', () => {
  test.each([
    [{ type: 'pwa-node', request: 'attach' }, true],
    [{ type: 'node-terminal', request: 'attach' }, true],
    [{ type: 'pwa-node', request: 'launch' }, false],
    [{ type: 'pwa-chrome', request: 'attach' }, false],
    [{ type: 'debugpy', request: 'attach' }, false],
  ])('%j: %j', (config, expected) => {
    expect(isNodeAttach(config)).toBe(expected);
  });

  test('where it is the debugger’s session of one process', () => {
    expect([{ __pendingTargetId: '1' }, {}].map(isDebugTarget)).toEqual([true, false]);
  });

  test.each([
    [{ address: 'build-server' }, /"address": "build-server"/],
    [{ remoteRoot: '/app', localRoot: '/work' }, /"remoteRoot": "\/app"/],
    [{ remoteRoot: '/work', localRoot: '/work' }, undefined],
    [{ remoteRoot: null, address: 'localhost', port: 9229 }, undefined],
  ])('unless it runs elsewhere: %j', (config, reason) => {
    if (reason) expect(whyNotEntered(config)).toMatch(reason);
    else expect(whyNotEntered(config)).toBeUndefined();
  });
});

describe('entering a program', () => {
  test.each([
    ['MODULE_NOT_FOUND', /container or on another machine/],
    ['ERR_ACCESS_DENIED', /--allow-fs-read/],
    ['it broke', /it broke/],
  ])('fails with a remedy: %s', async (fault, words) => {
    await expect(enterProgram(target, answering(JSON.stringify({ fault })))).rejects.toThrow(words);
  });

  test('fails where what answers is no program of Node’s', async () => {
    await expect(enterProgram(target, answering('undefined'))).rejects.toThrow();
  });

  test.each([
    ['loads one module after the other', ['a', 'b'], 3],
    ['stands still where it loads one', ['a'], 2],
  ])('waits while it loads modules: %s', async (_, stacks, questions) => {
    const answers = ['true', ...stacks.map((loading) => JSON.stringify({ loading })), '{"state":"entered"}', '{}'];
    const asked: string[] = [];
    const { state } = await enterProgram(target, async (expression) => {
      asked.push(expression);
      return answers.shift() ?? '';
    });
    const entering = asked.slice(1, -1);
    expect([state, entering.length]).toEqual(['entered', questions]);
    expect(entering.at(-1)).toContain(`const notBusyAt = ${JSON.stringify(stacks.at(-1))};`);
  });

  test('gives what is known of it', async () => {
    const entry = await enterProgram(target, answering('{"state":"again"}', JSON.stringify(FACTS)));
    expect(entry).toEqual({ state: 'again', facts: FACTS });
  });
});

describe('what is told of a program that was entered', () => {
  test.each([
    ['entered', {}, true, /recorded from now on/],
    ['again', {}, true, /sends here from now on/],
    ['entered', { provider: undefined }, false, /no OpenTelemetry SDK.*F5/],
    ['entered', { provider: 'StandInProvider' }, false, /no OpenTelemetry SDK/],
    ['entered', { provider: 'ProxyTracerProvider', sdks: ['@opentelemetry/sdk-node'] }, false, /no tracer provider/],
    ['tool', {}, false, /it is a tool/],
    ['tool', { version: '16.20.0' }, false, /Node 16\.20\.0/],
    ['old', {}, false, /older Spanline/],
  ] as const)('%s %j', (state, facts, complete, words) => {
    const notice = entryNotice('server.js', { state, facts: { ...FACTS, ...facts } });
    expect(notice.complete).toBe(complete);
    expect(notice.text).toMatch(words);
    expect(notice.text).toContain('server.js (pid 7)');
  });
});

describe('programs that can be entered', () => {
  const listed = {
    type: 'node',
    title: '/work/shop/server.js[812]',
    webSocketDebuggerUrl: 'ws://127.0.0.1:9229/a1b2',
  };

  test('are those whose inspectors list themselves', () => {
    const text = JSON.stringify([listed, { type: 'page', webSocketDebuggerUrl: 'ws://x' }, { type: 'node' }, null]);
    expect(parseTargets(text, 9229)).toEqual([{ title: 'server.js', port: 9229, url: 'ws://127.0.0.1:9229/a1b2' }]);
  });

  test.each(['', '<html>', '{}', 'null'])('are none where something else answers: %j', (text) => {
    expect(parseTargets(text, 9229)).toEqual([]);
  });

  test('are the Node processes among all', () => {
    const listing = `
      1 /sbin/launchd
    812 /usr/local/bin/node server.js --port 80
    813 node -e 1
    814 /Applications/Code.app/node_helper x
    815 ${process.execPath} --type=extensionHost
    `;
    expect(parseProcesses(listing).filter(({ pid }) => pid !== 815)).toEqual([
      { pid: 812, commandLine: 'server.js --port 80' },
      { pid: 813, commandLine: '-e 1' },
    ]);
    expect(parseProcesses(listing).map(({ pid }) => pid)).not.toContain(815);
  });
});

describe('the address to attach to', () => {
  const onIpv6 = (host: string) => Promise.resolve(host === '[::1]');
  const nowhere = () => Promise.resolve(false);
  const attach = { type: 'node', request: 'attach', name: 'a', port: 9229 };

  test.each([
    ['none', attach, onIpv6, '[::1]'],
    ['localhost', { ...attach, address: 'localhost' }, onIpv6, '[::1]'],
    ['localhost where both answer', { ...attach, address: 'localhost' }, () => Promise.resolve(true), '127.0.0.1'],
    ['one that is told', { ...attach, address: '127.0.0.1' }, onIpv6, undefined],
    ['none where nobody answers yet', attach, nowhere, undefined],
    ['none of a process', { ...attach, port: undefined, processId: '7' }, onIpv6, undefined],
    ['none of a launch', { ...attach, request: 'launch' }, onIpv6, undefined],
    ['none of a socket', { ...attach, websocketAddress: 'ws://127.0.0.1:1/a' }, onIpv6, undefined],
  ])('of a configuration with %s', async (_, config, answers, expected) => {
    expect(await attachAddress(config, answers)).toBe(expected);
  });
});
