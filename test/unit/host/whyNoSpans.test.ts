import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FACTS_EXPRESSION, parseFacts, type ProgramFacts, runsElsewhere } from '../../../src/host/status/programFacts';
import { statusText, withSilence } from '../../../src/host/status/statusText';
import { whyNoSpans } from '../../../src/host/status/whyNoSpans';
import { IDLE_STATUS } from './fakeEngine';

const FINE: ProgramFacts = {
  runtime: 'node',
  version: '22.1.0',
  pid: 7,
  upSeconds: 12,
  preload: true,
  endpoint: true,
  nodeOptions: '--require /x/preload.cjs',
  bundledSdk: 'auto',
  permissions: false,
  otel: {},
  apiCopies: [],
  sdks: [],
  esm: false,
  early: [],
  loaderHooks: false,
  exporters: [],
};
const NOTHING = { ended: 0, open: 0, unsampled: 0, failing: false, endpoint: 'http://127.0.0.1:5' };
const outside = { preload: false, endpoint: false, nodeOptions: '' };
const reason = (facts: Partial<ProgramFacts>) => whyNoSpans({ name: 'Shop', facts: { ...FINE, ...facts } }, [4318]);

describe('why a running program has made no span', () => {
  it.each<[string, Partial<ProgramFacts>, RegExp, string | undefined]>([
    ['a runtime that is not Node', { ...outside, runtime: 'bun', version: '1.2' }, /runs on Bun 1\.2/, 'endpoint'],
    ['an environment of its own', outside, /environment of its own/, undefined],
    [
      'overwritten options',
      { ...outside, endpoint: true, nodeOptions: '--max-old-space-size=99' },
      /overwritten.*99/,
      undefined,
    ],
    ['the permission model', { preload: false, permissions: true }, /permission model/, undefined],
    [
      'the permission model, which let the first file in alone',
      { permissions: true, report: { ...NOTHING, fault: 'ERR_ACCESS_DENIED' } },
      /permission model, which kept the preload out/,
      undefined,
    ],
    [
      'a preload that is broken',
      { report: { ...NOTHING, fault: 'MODULE_NOT_FOUND' } },
      /could not load a file of the preload: MODULE_NOT_FOUND/,
      'log',
    ],
    [
      'the permission model, which lets nobody connect',
      { permissions: true, version: '26.9.0', report: { ...NOTHING, ended: 1, failing: true } },
      /made 1 span, and Node’s permission model may keep it from http:\/\/127\.0\.0\.1:5/,
      'launch',
    ],
    ['an old Node', { preload: false, version: '16.20.0' }, /Node 16\.20\.0/, undefined],
    ['a tool', { preload: false }, /only starts other programs/, 'log'],
    ['a disabled SDK', { otel: { OTEL_SDK_DISABLED: 'True' } }, /OTEL_SDK_DISABLED/, 'launch'],
    ['two copies of the API', { apiCopies: ['/a/api', '/b/api'], api: '1.9.0' }, /2 copies/, undefined],
    ['an old API', { api: '1.3.0' }, /api 1\.3\.0/, undefined],
    [
      'no exporter',
      { sdks: ['@opentelemetry/sdk-node'], otel: { OTEL_TRACES_EXPORTER: 'none' } },
      /EXPORTER=none/,
      'launch',
    ],
    ['an SDK that was not started', { sdks: ['@opentelemetry/sdk-node'] }, /no tracer provider/, undefined],
    ['the bundled SDK switched off', { bundledSdk: 'off' }, /may not be given one/, 'setting'],
    [
      'an SDK that came after what it is to instrument',
      { early: ['express', 'pg'], provider: 'NodeTracerProvider' },
      /had loaded express, pg before/,
      'launch',
    ],
    [
      'ES modules without hooks',
      { esm: true, provider: 'NodeTracerProvider' },
      /ES modules.*without the hooks/,
      'launch',
    ],
    ['an API from before 1.0', { ancientApi: true }, /before 1\.0/, undefined],
    [
      'an engine out of reach',
      { report: { ...NOTHING, ended: 3, failing: true } },
      /made 3 spans, and cannot reach http:\/\/127\.0\.0\.1:5/,
      'log',
    ],
    ['spans that never end', { report: { ...NOTHING, open: 1 } }, /1 span under way, and none that ended/, undefined],
    [
      'an exporter that sends elsewhere',
      { ...outside, exporters: ['http://localhost:9999/v1/traces'] },
      /sends its spans to http:\/\/localhost:9999.*listens on 4318/,
      'endpoint',
    ],
    [
      'an environment that sends elsewhere',
      { ...outside, runtime: 'deno', version: '2.1', otel: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317' } },
      /collector:4317/,
      'endpoint',
    ],
    ['nothing that was called', {}, /has made no span in 12 s/, undefined],
  ])('is %s', (_, facts, fault, action) => {
    expect(reason(facts).fault).toMatch(fault);
    expect(reason(facts).fault).toContain('"Shop" (pid 7)');
    expect(reason(facts).action).toBe(action);
    expect(reason(facts).remedy).not.toBe('');
  });

  it('is not the SDK when a provider is registered', () => {
    const registered = { sdks: ['@opentelemetry/sdk-node'], provider: 'NodeTracerProvider', api: '1.9.0' };
    expect(reason(registered).fault).toContain('has made no span');
    expect(reason({ ...registered, esm: true, loaderHooks: true }).fault).toContain('has made no span');
  });

  it('is told where the program runs elsewhere', () => {
    const away = (facts: Partial<ProgramFacts>) =>
      whyNoSpans({ name: 'Shop', facts: { ...FINE, ...facts }, elsewhere: true }, [4318]);
    expect(away(outside)).toMatchObject({ fault: expect.stringContaining('container'), action: 'receiver' });
    expect(away({ report: { ...NOTHING, failing: true } }).remedy).toContain('Dev Containers');
    expect(away({}).fault).toContain('has made no span');
  });

  it('knows another machine and a container by their numbers and names', () => {
    const here = { ...FINE, pid: process.pid, machine: 'desk' };
    expect(runsElsewhere(here, 'desk')).toBe(false);
    expect(runsElsewhere({ ...here, machine: undefined }, 'desk')).toBe(false);
    expect(runsElsewhere({ ...here, machine: '3f2a9c' }, 'desk')).toBe(true);
    expect(runsElsewhere({ ...here, pid: 1 }, 'desk')).toBe(true);
    expect(runsElsewhere({ ...here, pid: 2 ** 22 + 1 }, 'desk')).toBe(true);
  });

  it('is not an exporter that finds the receiver, nor one of a program that we are in', () => {
    const near = { exporters: ['http://localhost:4318/v1/traces'] };
    expect(reason({ ...outside, ...near }).fault).toContain('environment of its own');
    expect(reason({ exporters: ['http://localhost:9999'] }).fault).toContain('has made no span');
  });

  it('names of overwritten options only what is not the debugger’s', () => {
    const fault = (nodeOptions: string) => reason({ ...outside, endpoint: true, nodeOptions }).fault;
    const debuggers = ' --require "/a b/bootloader.js"  --inspect-publish-uid=http';
    expect(fault(debuggers)).toMatch(/it is empty$/);
    expect(fault(`${debuggers} --no-opt`)).toMatch(/it is "--no-opt"$/);
  });

  it('does not blame a sampler that is off, though it names it', () => {
    expect(reason({ otel: { OTEL_TRACES_SAMPLER: 'always_off' } }).remedy).toMatch(/OTEL_TRACES_SAMPLER.*all the same/);
  });

  it('is what the language needs, where nothing of ours looks inside', () => {
    const silent = (language: string) => whyNoSpans({ name: 'Shop', facts: undefined, language });
    expect(silent('python').remedy).toContain('opentelemetry-bootstrap');
    expect(silent('java').remedy).toContain('spanline.capture.javaAgent');
    expect(silent('go')).toEqual({
      fault: '"Shop" runs, and none of its spans has come',
      remedy: expect.stringContaining('OTLP exporter'),
    });
  });

  it('names the configuration, and what to write into it', () => {
    expect(reason({ otel: { OTEL_SDK_DISABLED: 'true' } })).toMatchObject({
      configuration: 'Shop',
      change: { env: { OTEL_SDK_DISABLED: 'false' } },
    });
  });

  it('cannot be told where the debugger does not look inside', () => {
    expect(whyNoSpans({ name: 'Shop', facts: undefined }).remedy).toContain('F5');
  });
});

describe('the look inside', () => {
  const evaluated = (code: string, env: Record<string, string>) => {
    const script = `${code}; console.log((0, eval)(${JSON.stringify(FACTS_EXPRESSION)}))`;
    const cwd = join(import.meta.dirname, '..', '..', '..');
    return parseFacts(execFileSync(process.execPath, ['-e', script], { cwd, encoding: 'utf8', env }));
  };

  it('sees what bears on spans, and no credentials', () => {
    const env = { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret' };
    expect(evaluated('', env)).toMatchObject({
      runtime: 'node',
      version: process.versions.node,
      preload: false,
      endpoint: false,
      otel: { OTEL_SDK_DISABLED: 'true' },
      apiCopies: [],
    });
    expect(Object.keys(evaluated('', env)!.otel)).toEqual(['OTEL_SDK_DISABLED']);
  });

  it('sees the API that is loaded', () => {
    const facts = evaluated(`require('@opentelemetry/api').trace.getTracer('x')`, {});
    expect(facts?.apiCopies).toHaveLength(1);
    expect(facts).toMatchObject({ early: [], exporters: [], ancientApi: false });
  });

  it('sees where exporters send to, of either shape', () => {
    const exporters = [
      { url: 'http://old:4318/v1/traces' },
      { _delegate: { _transport: { _transport: { _parameters: { url: 'http://new:4318/v1/traces' } } } } },
      { console: true },
    ];
    const processors = exporters.map((_exporter) => ({ _exporter }));
    const trace = JSON.stringify({ _delegate: { _activeSpanProcessor: { _spanProcessors: processors } } });
    const slot = `globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.0', trace: ${trace} }`;
    expect(evaluated(slot, {})?.exporters).toEqual(['http://old:4318/v1/traces', 'http://new:4318/v1/traces']);
  });

  it('sees what was loaded before the SDK, and an API of another age', () => {
    const load = [
      '/a/node_modules/express/index.js',
      '/a/node_modules/@opentelemetry/sdk-node/x.js',
      '/a/node_modules/pg/x.js',
    ];
    const code = `for (const file of ${JSON.stringify(load)}) require('module')._cache[file] = {};
      globalThis[Symbol.for('opentelemetry.js.api.0')] = {}`;
    expect(evaluated(code, {})).toMatchObject({ early: ['express'], ancientApi: true });
  });

  it('sees what the preload has seen', () => {
    const hook = `globalThis[Symbol.for('spanline.preload')] = { report: () => ({ ended: 4 }) }`;
    expect(evaluated(hook, {})).toMatchObject({ preload: true, report: { ended: 4 } });
  });

  it('takes nothing else for an answer', () => {
    expect(['', 'null', '{}', '[1]'].map(parseFacts)).toEqual([undefined, undefined, undefined, undefined]);
  });
});

describe('the status bar', () => {
  it('says that a program is silent, without alarm', () => {
    const text = withSilence(statusText('ready', IDLE_STATUS), 'Shop');
    expect(text).toMatchObject({ text: '$(pulse) Spanline · no spans yet', severity: 'none' });
    expect(text.tooltip).toContain('Shop');
  });

  it('keeps to what is worse', () => {
    const failed = statusText('failed', undefined);
    expect(withSilence(failed, 'Shop')).toEqual(failed);
    expect(withSilence(failed, undefined)).toBe(failed);
  });
});
