import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isOptedOut,
  nodeEnvironment,
  type NodeEnvironmentInput,
  withRequire,
} from '../../../src/host/debug/nodeEnvironment';
import { asEnvironment } from '../../../src/host/debug/variables';
import type { RunId } from '../../../src/model/ids';

const base: NodeEnvironmentInput = {
  platform: 'linux',
  preload: '/data/preload/preload.cjs',
  run: 'run-1' as RunId,
  endpoint: { url: 'http://127.0.0.1:40001', spoolDir: '/data/spool/run-1' },
  bundledSdk: true,
  env: {},
  fileEnv: {},
};
const environment = (changes: Partial<NodeEnvironmentInput> = {}) => nodeEnvironment({ ...base, ...changes });

describe('the environment of a debugged Node program', () => {
  it('names the preload, the port, the run and the spool', () => {
    expect(environment()).toEqual({
      NODE_OPTIONS: '--require /data/preload/preload.cjs',
      SPANLINE_ENDPOINT: 'http://127.0.0.1:40001',
      SPANLINE_RUN: 'run-1',
      SPANLINE_SPOOL: '/data/spool/run-1',
      SPANLINE_SDK: 'auto',
    });
  });

  it('keeps the NODE_OPTIONS of the configuration, after ours', () => {
    const { NODE_OPTIONS } = environment({ env: { NODE_OPTIONS: '--max-old-space-size=4096 --require "./a b.cjs"' } });
    expect(NODE_OPTIONS).toBe('--require /data/preload/preload.cjs --max-old-space-size=4096 --require "./a b.cjs"');
  });

  it.each([
    ['by its arguments', { runtimeArgs: ['--permission', '--allow-fs-read=/app/*'] }, ''],
    ['by NODE_OPTIONS', { env: { NODE_OPTIONS: '--experimental-permission' } }, ' --experimental-permission'],
  ])(
    'may read our files and write its last spans under Node’s permission model, asked for %s',
    (_, changes, theirs) => {
      const ours =
        '--allow-fs-read=/data/preload/* --allow-fs-read=/data/spool/run-1/* --allow-fs-write=/data/spool/run-1/*';
      const once = environment(changes);
      expect(once.NODE_OPTIONS).toBe(`--require /data/preload/preload.cjs${theirs} ${ours}`);
      const endpoint = { url: 'http://127.0.0.1:40002', spoolDir: '/data/spool/run-2' };
      const { NODE_OPTIONS } = environment({ ...changes, env: once, endpoint });
      expect(NODE_OPTIONS).toBe(once.NODE_OPTIONS?.replaceAll('run-1', 'run-2'));
    },
  );

  it('takes over the NODE_OPTIONS of the environment file, which the configuration’s would hide', () => {
    const { NODE_OPTIONS } = environment({ fileEnv: { NODE_OPTIONS: '--enable-source-maps' } });
    expect(NODE_OPTIONS).toBe('--require /data/preload/preload.cjs --enable-source-maps');
  });

  it('lets the configuration override the environment file', () => {
    const { NODE_OPTIONS } = environment({
      env: { NODE_OPTIONS: '--from-env' },
      fileEnv: { NODE_OPTIONS: '--from-file' },
    });
    expect(NODE_OPTIONS).toBe('--require /data/preload/preload.cjs --from-env');
  });

  it('takes null in the configuration for what it is: the file’s value is not wanted', () => {
    const { NODE_OPTIONS } = environment({ env: { NODE_OPTIONS: null }, fileEnv: { NODE_OPTIONS: '--from-file' } });
    expect(NODE_OPTIONS).toBe('--require /data/preload/preload.cjs');
  });

  it('leaves every other variable as it is, unset ones as well, and takes nothing else from the file', () => {
    const result = environment({ env: { PORT: '80', SECRET: null }, fileEnv: { PORT: '81', OTHER: 'x' } });
    expect(result).toMatchObject({ PORT: '80', SECRET: null });
    expect(result).not.toHaveProperty('OTHER');
  });

  it('changes nothing but run and endpoint when its own result comes in again', () => {
    const first = environment({ env: { NODE_OPTIONS: '--trace-warnings', PORT: '80' } });
    const endpoint = { url: 'http://127.0.0.1:40002', spoolDir: '/data/spool/run-2' };
    const second = environment({ env: first, run: 'run-2' as RunId, endpoint });
    expect(second).toEqual({
      ...first,
      SPANLINE_RUN: 'run-2',
      SPANLINE_ENDPOINT: endpoint.url,
      SPANLINE_SPOOL: endpoint.spoolDir,
    });
  });

  it('brings no SDK along when the setting is off, unless the program’s own environment asks for it', () => {
    expect(environment({ bundledSdk: false }).SPANLINE_SDK).toBe('off');
    expect(environment({ bundledSdk: false, env: { SPANLINE_SDK: 'on' } }).SPANLINE_SDK).toBe('on');
    expect(environment({ fileEnv: { SPANLINE_SDK: 'off' } }).SPANLINE_SDK).toBe('off');
  });

  it('knows on Windows that variables have no case', () => {
    const result = environment({ platform: 'win32', env: { Node_Options: '--trace-warnings', spanline_run: 'old' } });
    expect(result.NODE_OPTIONS).toBe('--require /data/preload/preload.cjs --trace-warnings');
    expect(Object.keys(result).filter((key) => key.toUpperCase() === 'NODE_OPTIONS')).toEqual(['NODE_OPTIONS']);
    expect(Object.keys(result).filter((key) => key.toUpperCase() === 'SPANLINE_RUN')).toEqual(['SPANLINE_RUN']);
  });

  it('tells variables of different case apart elsewhere', () => {
    expect(environment({ env: { Node_Options: '--x' } })).toMatchObject({
      Node_Options: '--x',
      NODE_OPTIONS: '--require /data/preload/preload.cjs',
    });
  });
});

describe('the path in NODE_OPTIONS', () => {
  it('is quoted only where it has to be', () => {
    expect(withRequire('/a/b.cjs', '', 'linux')).toBe('--require /a/b.cjs');
    expect(withRequire('/a b/c.cjs', '', 'linux')).toBe('--require "/a b/c.cjs"');
  });

  it('has forward slashes on Windows, where a backslash would be an escape', () => {
    expect(withRequire('C:\\Users\\Ann Lee\\preload.cjs', '', 'win32')).toBe(
      '--require "C:/Users/Ann Lee/preload.cjs"',
    );
    expect(withRequire('\\\\server\\share\\preload.cjs', '', 'win32')).toBe('--require //server/share/preload.cjs');
  });

  it.each(['plain', 'with space', 'quote"d', 'back\\slash', "apos'trophe", 'ünïcode', '$dollar', 'two  spaces'])(
    'is found by Node itself in a folder named %j',
    (name) => {
      const folder = mkdtempSync(join(tmpdir(), `spanline ${name} `));
      const preload = join(folder, 'preload.cjs');
      writeFileSync(preload, 'globalThis.required = true;');
      const result = spawnSync(process.execPath, ['-p', 'globalThis.required'], {
        env: { ...process.env, NODE_OPTIONS: withRequire(preload, '--no-warnings', process.platform) },
        encoding: 'utf8',
      });
      expect(result.stdout.trim(), result.stderr).toBe('true');
    },
  );
});

describe('what counts as an environment', () => {
  it('is text, numbers and booleans as text, and null', () => {
    expect(asEnvironment({ A: 'a', B: 1, C: true, D: null, E: {}, F: undefined })).toEqual({
      A: 'a',
      B: '1',
      C: 'true',
      D: null,
    });
  });

  it('is empty for anything that is no object', () => {
    expect([undefined, null, 'PORT=80', 7].map(asEnvironment)).toEqual([{}, {}, {}, {}]);
  });
});

describe('a program that wants to be left alone', () => {
  it('says so by SPANLINE=off, in the configuration or in the environment file', () => {
    expect(isOptedOut({ SPANLINE: 'off' }, {}, 'linux')).toBe(true);
    expect(isOptedOut({}, { SPANLINE: '0' }, 'linux')).toBe(true);
    expect(isOptedOut({ Spanline: 'FALSE' }, {}, 'win32')).toBe(true);
  });

  it('does not by any other value', () => {
    expect(isOptedOut({}, {}, 'linux')).toBe(false);
    expect(isOptedOut({ SPANLINE: 'on' }, {}, 'linux')).toBe(false);
    expect(isOptedOut({ SPANLINE: 'on' }, { SPANLINE: 'off' }, 'linux')).toBe(false);
  });
});
