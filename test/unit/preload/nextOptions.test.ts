import { describe, expect, test } from 'vitest';
import { keepOneRequire, leftOutRequires } from '../../../src/preload/stage0/nextOptions';

const OURS = '/data/preload/preload.cjs';
const NEXT = '/app/node_modules/next/dist/bin/next';
const OPTIONS = `--require "/debug er/bootloader.js"  --require ${OURS}  --inspect-publish-uid=http`;

describe('NODE_OPTIONS', () => {
  test('of Next’s processes name our file alone, and all files where it is loaded', () => {
    const env: NodeJS.ProcessEnv = { NODE_OPTIONS: OPTIONS };
    keepOneRequire(NEXT, OURS, env);
    expect(env.NODE_OPTIONS).toBe(`--require ${OURS}  --inspect-publish-uid=http`);
    expect(leftOutRequires(env)).toEqual(['/debug er/bootloader.js']);
    expect(env).toEqual({
      NODE_OPTIONS: `--require "/debug er/bootloader.js" --require ${OURS}  --inspect-publish-uid=http`,
    });
    expect(leftOutRequires(env)).toEqual([]);
  });

  test.each([
    ['of other programs', '/app/server.js', OPTIONS],
    ['with our file alone', NEXT, `--require ${OURS} --enable-source-maps`],
    ['without our file', NEXT, '--require ./a.cjs --require ./b.cjs'],
  ])('%s are left as they are', (_, script, options) => {
    const env: NodeJS.ProcessEnv = { NODE_OPTIONS: options };
    keepOneRequire(script, OURS, env);
    expect(env).toEqual({ NODE_OPTIONS: options });
  });
});
