import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { toJson } from '../../../src/lint/semconv/bundled';
import { installedSemconv, SEMCONV_PACKAGE } from '../../../src/lint/semconv/installed';
import { readNote, readSemconv } from '../../../src/lint/semconv/table';

const INSTALLED = `node_modules/${SEMCONV_PACKAGE}`;

// `npx vitest run test/unit/lint/semconv.test.ts -u` writes the table anew.
test('the bundled table is what the installed package says', async () => {
  const text = await format(JSON.stringify(toJson(installedSemconv(INSTALLED)!)), { parser: 'json', printWidth: 120 });
  await expect(text).toMatchFileSnapshot('../../../src/lint/semconv/bundled.json');
});

test('a folder without the package has no table', () => {
  expect(installedSemconv('test/unit/lint')).toBeUndefined();
});

describe('a deprecation note', () => {
  test.each([
    ['Replaced by `url.full`.', { kind: 'renamed', replacements: ['url.full'] }],
    ['Replaced by `url.full` attribute', { kind: 'renamed', replacements: ['url.full'] }],
    ['Use `db.namespace` instead.', { kind: 'renamed', replacements: ['db.namespace'] }],
    ['Split to `url.path` and `url.query`.', { kind: 'conditional', replacements: ['url.path', 'url.query'] }],
    ['Removed, no replacement at this time.', { kind: 'removed', replacements: [] }],
    ['Deprecated, no replacement at this time.', { kind: 'removed', replacements: [] }],
  ])('%s', (note, meaning) => {
    expect(readNote(note)).toEqual(meaning);
  });

  test('that only says that the definition moved is none', () => {
    expect(readNote('Moved to the other repository.')).toBeUndefined();
    expect(readNote('Replaced by `gen_ai.a.b`, which has moved to the other repository.')).toBeUndefined();
  });
});

test('constants of either layout of the package are read', () => {
  const table = readSemconv('1', [
    {
      text: '/**\n * Old.\n *\n * @deprecated Use ATTR_HTTP_ROUTE.\n */\nexport declare const SEMATTRS_HTTP_ROUTE = "http.route";',
      stable: true,
    },
    { text: '/** New. */\ndeclare const ATTR_HTTP_ROUTE: "http.route";', stable: true },
    { text: '/** @deprecated Replaced by `url.full`. */\ndeclare const ATTR_HTTP_URL: "http.url";', stable: false },
  ]);
  expect([...table.constants.keys()]).toEqual(['SEMATTRS_HTTP_ROUTE', 'ATTR_HTTP_ROUTE', 'ATTR_HTTP_URL']);
  expect(table.constants.get('SEMATTRS_HTTP_ROUTE')).toEqual({
    key: 'http.route',
    stable: true,
    insteadUse: 'ATTR_HTTP_ROUTE',
  });
  expect([...table.deprecated.keys()]).toEqual(['http.url']);
});
