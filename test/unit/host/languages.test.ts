import { posix, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LANGUAGES, languageOf } from '../../../src/host/debug/languages';
import type { FileLookup, Launch, Preparation } from '../../../src/host/debug/languages/language';
import { PRELOAD_ENV } from '../../../src/protocol/preload';

const URL = 'http://127.0.0.1:40001';
const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

/** Files by their paths; folders are what their paths go through. */
function files(contents: Readonly<Record<string, string>>, paths = posix): FileLookup {
  const all = Object.keys(contents);
  const below = (folder: string) => all.filter((path) => path.startsWith(folder + paths.sep));
  return {
    exists: async (path) => path in contents || below(path).length > 0,
    list: async (folder) => [
      ...new Set(below(folder).map((path) => path.slice(folder.length + 1).split(paths.sep)[0])),
    ],
    read: async (path) => contents[path],
  };
}

function launch(type: string, changes: Omit<Partial<Launch>, 'config'> & { config?: object } = {}): Launch {
  const { config = {}, ...rest } = changes;
  return {
    config: { type, request: 'launch', name: 'Shop', ...config },
    platform: 'linux',
    env: {},
    fileEnv: {},
    processEnv: {},
    endpoint: { url: URL, spoolDir: '/spool' },
    preloadFolder: '/home/me/preload',
    workspaceFolder: '/work/shop',
    homeFolder: '/home/me',
    javaAgent: '',
    defaultBackend: undefined,
    sharedPorts: [4317, 4318],
    files: files({}),
    ...rest,
  };
}

const prepare = (type: string, changes?: Parameters<typeof launch>[1]): Promise<Preparation> =>
  languageOf(type)!.prepare(launch(type, changes));

test('no debug type belongs to two languages, nor to Node', () => {
  const types = [...LANGUAGES].flatMap((language) => language.types);
  expect(types).toEqual([...new Set(types)]);
  expect(languageOf('pwa-node') ?? languageOf('node')).toBeUndefined();
});

describe.each(['go', 'java', 'coreclr', 'rdbg', 'php', 'lldb', 'cppdbg'])('a launch of type %s', (type) => {
  test('is told where to export to, soon after a span has ended', async () => {
    expect((await prepare(type)).env).toEqual({ [ENDPOINT]: URL, OTEL_BSP_SCHEDULE_DELAY: '200' });
  });

  test.each([
    ['the configuration', { env: { [ENDPOINT]: 'https://me:secret@collector.example:4318/?key=1' } }],
    ['its environment file', { fileEnv: { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector.example:4318/' } }],
    ['the editor’s own environment', { processEnv: { [ENDPOINT]: 'https://collector.example:4318/' } }],
  ])('keeps a backend that %s names, and says what to do', async (_, changes) => {
    const { env, limit } = await prepare(type, changes);
    expect(env).toEqual({});
    expect(limit).toContain('https://collector.example:4318/. Set "spanline.forward.endpoint"');
    expect(limit).not.toContain('secret');
  });

  test('is not taken away from a backend that listens where exporters send by themselves', async () => {
    const { env, limit } = await prepare(type, { defaultBackend: 'Jaeger (pid 812)' });
    expect([env, limit]).toEqual([{}, expect.stringContaining('Jaeger (pid 812)')]);
  });

  test('is left alone without a word where it sends to our shared port', async () => {
    expect(await prepare(type, { env: { [ENDPOINT]: 'http://localhost:4318' } })).toEqual({ env: {} });
  });

  test('gets the new port when the debugger hands in again what it got from us', async () => {
    const before = 'http://127.0.0.1:39999';
    const env = { [ENDPOINT]: before, [PRELOAD_ENV.endpoint]: before, OTEL_BSP_SCHEDULE_DELAY: '200' };
    expect((await prepare(type, { env })).env).toEqual({ [ENDPOINT]: URL });
  });

  test.each([
    [{ OTEL_SDK_DISABLED: 'True' }, 'OTEL_SDK_DISABLED'],
    [{ OTEL_TRACES_EXPORTER: 'console' }, 'OTEL_TRACES_EXPORTER=console'],
  ])('is explained where %j keeps its spans in', async (env, words) => {
    const { env: given, limit } = await prepare(type, { env });
    expect([given, limit]).toEqual([{}, expect.stringContaining(words)]);
  });
});

describe('a Java program', () => {
  const jar = '/opt/otel/opentelemetry-javaagent.jar';

  test('gets no agent where there is no jar', async () => {
    expect((await prepare('java', { javaAgent: jar })).attributes).toBeUndefined();
    expect((await prepare('java')).attributes).toBeUndefined();
  });

  test.each([
    ['none', undefined, `-javaagent:${jar}`],
    ['a text', '-Xmx1g', `-javaagent:${jar} -Xmx1g`],
    ['a list', ['-Xmx1g'], [`-javaagent:${jar}`, '-Xmx1g']],
  ])('gets the agent of the setting in front of its arguments: %s', async (_, vmArgs, expected) => {
    const { attributes } = await prepare('java', { javaAgent: jar, files: files({ [jar]: '' }), config: { vmArgs } });
    expect(attributes).toEqual({ vmArgs: expected });
  });

  test('gets the agent that lies in the folder', async () => {
    const found = '/work/shop/opentelemetry-javaagent.jar';
    const { attributes } = await prepare('java', { files: files({ [found]: '' }) });
    expect(attributes).toEqual({ vmArgs: `-javaagent:${found}` });
  });

  test.each<NonNullable<Parameters<typeof launch>[1]>>([
    { config: { vmArgs: '-javaagent:/x/dd-java-agent.jar' } },
    { env: { JAVA_TOOL_OPTIONS: `-javaagent:${jar}` } },
    { env: { [ENDPOINT]: 'https://collector.example' } },
  ])('keeps the agent, or the backend, that it has: %j', async (changes) => {
    const { attributes } = await prepare('java', { javaAgent: jar, files: files({ [jar]: '' }), ...changes });
    expect(attributes).toBeUndefined();
  });
});

describe('a .NET program', () => {
  const home = '/home/me/.otel-dotnet-auto';
  const hook = `${home}/net/OpenTelemetry.AutoInstrumentation.StartupHook.dll`;

  test('gets the startup hook of the automatic instrumentation where that is installed', async () => {
    const processEnv = { DOTNET_STARTUP_HOOKS: '/x/other.dll' };
    const { env } = await prepare('coreclr', { files: files({ [hook]: '' }), processEnv });
    expect(env).toEqual({
      [ENDPOINT]: URL,
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_DOTNET_AUTO_HOME: home,
      DOTNET_STARTUP_HOOKS: `${hook}:/x/other.dll`,
      DOTNET_ADDITIONAL_DEPS: `${home}/AdditionalDeps`,
      DOTNET_SHARED_STORE: `${home}/store`,
    });
  });

  test('gets it once', async () => {
    const { env } = await prepare('coreclr', { files: files({ [hook]: '' }), env: { DOTNET_STARTUP_HOOKS: hook } });
    expect(env.DOTNET_STARTUP_HOOKS).toBeUndefined();
  });

  test('is found on Windows, too', async () => {
    const installed = 'C:\\Program Files\\OpenTelemetry .NET AutoInstrumentation';
    const file = `${installed}\\net\\OpenTelemetry.AutoInstrumentation.StartupHook.dll`;
    const processEnv = { ProgramFiles: 'C:\\Program Files' };
    const { env } = await prepare('coreclr', { platform: 'win32', files: files({ [file]: '' }, win32), processEnv });
    expect(env.DOTNET_STARTUP_HOOKS).toBe(file);
  });
});

describe('a Python program', () => {
  const packages = '/venv/lib/python3.12/site-packages/opentelemetry';
  const auto = `${packages}/instrumentation/auto_instrumentation`;
  const installed = { [`${auto}/sitecustomize.py`]: '', [`${packages}/distro/__init__.py`]: '' };
  const config = { python: '/venv/bin/python', program: '/work/shop/main.py' };

  test('gets our folder in front of the PYTHONPATH that it would have, and keeps its exporters', async () => {
    const changes = { fileEnv: { PYTHONPATH: '/work/lib' }, env: { [ENDPOINT]: 'https://collector.example' } };
    expect(await prepare('debugpy', changes)).toEqual({ env: { PYTHONPATH: '/home/me/preload/python:/work/lib' } });
  });

  test('gets it once when the debugger hands in again what it got', async () => {
    const { env } = await prepare('debugpy', { env: { PYTHONPATH: '/home/me/preload/python:/work/lib' } });
    expect(env.PYTHONPATH).toBe('/home/me/preload/python:/work/lib');
  });

  test('gets the automatic instrumentation that its interpreter has, where it sets up nothing itself', async () => {
    const all = files({ ...installed, '/work/shop/main.py': 'print("shop")' });
    const { env } = await prepare('debugpy', { files: all, config });
    expect(env).toEqual({
      PYTHONPATH: `/home/me/preload/python:${auto}`,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
    });
  });

  test.each([
    ['sets up a provider', '/work/shop/main.py', {}],
    ['has a module that sets up a provider', '/work/shop/app/tracing.py', {}],
    ['has exporters configured', '/elsewhere/x.py', { env: { OTEL_TRACES_EXPORTER: 'console' } }],
  ])('is not instrumented where it %s', async (_, file, changes) => {
    const all = files({ ...installed, [file]: 'provider = TracerProvider()' });
    const { env } = await prepare('debugpy', { files: all, config, ...changes });
    expect(env).toEqual({ PYTHONPATH: '/home/me/preload/python' });
  });

  test.each(['-I', '-E', '-sS'])('is explained where its interpreter does not look: %s', async (option) => {
    const { env, limit } = await prepare('debugpy', { config: { pythonArgs: [option] } });
    expect([env, limit]).toEqual([{}, expect.stringContaining(option)]);
  });
});

test.each([
  ['php', {}, 'it waits for a program that is started elsewhere'],
  ['php', { program: '/x.php' }, undefined],
  ['go', { mode: 'remote' }, '"mode": "remote" starts no program'],
  ['go', { mode: 'debug' }, undefined],
])('a launch of type %s with %j is left alone: %s', (type, config, expected) => {
  expect(languageOf(type)!.whyNot?.(launch(type, { config }).config)).toBe(expected);
});
