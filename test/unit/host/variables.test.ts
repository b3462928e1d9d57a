import { describe, expect, test } from 'vitest';
import { configuredEnvironment, withEnvironment } from '../../../src/host/debug/variables';

describe('the variables of a launch configuration', () => {
  test.each([
    ['an object', { type: 'go', env: { A: '1', B: 2 } }, { env: { A: '9', B: '2', C: '3' } }],
    ['a list of assignments', { type: 'lldb-dap', env: ['A=1', 'B=x=y'] }, { env: ['B=x=y', 'A=9', 'C=3'] }],
    [
      'a list of names and values',
      { type: 'cppdbg', environment: [{ name: 'B', value: '2' }] },
      {
        environment: [
          { name: 'B', value: '2' },
          { name: 'A', value: '9' },
          { name: 'C', value: '3' },
        ],
      },
    ],
    [
      'nothing, for a debugger that wants a list',
      { type: 'cppvsdbg' },
      {
        environment: [
          { name: 'A', value: '9' },
          { name: 'C', value: '3' },
        ],
      },
    ],
    ['nothing', { type: 'java' }, { env: { A: '9', C: '3' } }],
  ])('keep their shape: %s', (_, config, expected) => {
    const changed = withEnvironment<Record<string, unknown>>(config, { A: '9', C: '3' }, 'linux');
    expect(changed).toEqual({ ...config, ...expected });
    expect(configuredEnvironment(changed)).toMatchObject({ A: '9', C: '3' });
  });

  test('are one where Windows takes two spellings for the same', () => {
    const changed = withEnvironment<Record<string, unknown>>({ env: { Path: 'x' } }, { PATH: 'y' }, 'win32');
    expect(changed).toEqual({ env: { PATH: 'y' } });
  });
});
