import { describe, expect, test } from 'vitest';
import { changeLaunch } from '../../../src/host/status/launchChange';

const TEXT = `{
  // Kept as it is.
  "configurations": [
    { "name": "Other", "env": { "OTEL_SDK_DISABLED": "true" } },
    {
      "name": "Shop", // mine
      "env": {
        "OTEL_SDK_DISABLED": "true",
        "A": "1",
      },
      "runtimeArgs": ["--inspect"],
    },
    { "name": "Bare" },
  ],
}
`;

const changed = (name: string, change: Parameters<typeof changeLaunch>[2]) => changeLaunch(TEXT, name, change)?.text;

describe('a change of launch.json', () => {
  test('sets a variable of the configuration that is meant, and leaves all else as it is written', () => {
    const after = TEXT.replace('"OTEL_SDK_DISABLED": "true",\n', '"OTEL_SDK_DISABLED": "false",\n');
    expect(changed('Shop', { env: { OTEL_SDK_DISABLED: 'false' } })).toBe(after);
  });

  test('takes a variable out where it is written, and away where it comes from elsewhere', () => {
    const without = changed('Shop', { env: { OTEL_SDK_DISABLED: null } })!;
    expect(without.match(/OTEL_SDK_DISABLED/g)).toHaveLength(1);
    expect(without).toContain('// mine');
    expect(changed('Bare', { env: { OTEL_TRACES_EXPORTER: null } })).toMatch(
      /"env": \{\s*"OTEL_TRACES_EXPORTER": null\s*\}/,
    );
  });

  test('adds to the arguments, once', () => {
    const change = { runtimeArgs: ['--import', 'x/hook.mjs'] };
    const once = changed('Shop', change)!;
    expect(once.replace(/\s+/g, ' ')).toContain('"runtimeArgs": [ "--inspect", "--import", "x/hook.mjs" ]');
    expect(changeLaunch(once, 'Shop', change)).toBeUndefined();
    expect(changed('Bare', change)).toContain('"runtimeArgs"');
  });

  test('begins where there is something to see', () => {
    const { text, offset } = changeLaunch(TEXT, 'Shop', { env: { OTEL_SDK_DISABLED: 'false' } })!;
    expect(text.slice(offset)).toMatch(/^"false"/);
  });

  test('is none where the configuration is written elsewhere, or the file is none', () => {
    expect(changed('Absent', { env: { A: null } })).toBeUndefined();
    for (const text of ['', 'x', '[]', '{"configurations": 7}', '{"configurations": [null]}'])
      expect(changeLaunch(text, 'Shop', { env: { A: '1' } })).toBeUndefined();
  });
});
