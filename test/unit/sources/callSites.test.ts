import { describe, expect, it } from 'vitest';
import { silentLog } from '../../../src/base/log';
import type { CallFrame, PreloadBatch } from '../../../src/protocol/preload';
import { ROUTE_REASON } from '../../../src/model/codeAttributes';
import { CallSites, INFERRED_REASON } from '../../../src/sources/callSites';
import type { FileAccess } from '../../../src/sources/fileAccess';

/** Maps column 1 of line 1 to line 3, column 5 of the only source. */
const MAPPINGS = 'AAEI';

function map(source: string, sourceRoot?: string): string {
  return JSON.stringify({ version: 3, sources: [source], names: [], mappings: MAPPINGS, sourceRoot });
}

function callSites(files: Record<string, string>) {
  const access: FileAccess = {
    read: (path) => files[path],
    stamp: (path) => (path in files ? '1' : undefined),
  };
  return new CallSites(silentLog, access);
}

function batch(span: object, sites: unknown[] = [[frame('/app/a.js')]]): PreloadBatch {
  const resourceSpans = [{ scopeSpans: [{ spans: [span] }] }];
  return { id: 'b', pid: 1, thread: 0, resourceSpans, sites, maps: [], dropped: 0 } as unknown as PreloadBatch;
}

function frame(file: string, line = 1, column = 1, name = 'run'): CallFrame {
  return [file, line, column, name];
}

/** The attributes of the batch's only span, as `key=value`. */
function located(sites: CallSites, input: PreloadBatch): string[] {
  sites.locate(input);
  const [{ scopeSpans }] = input.resourceSpans as { scopeSpans: { spans: { attributes?: Attribute[] }[] }[] }[];
  return (scopeSpans[0].spans[0].attributes ?? []).map(({ key, value }) => `${key}=${Object.values(value).join()}`);
}
interface Attribute {
  readonly key: string;
  readonly value: object;
}

const PLAIN = { '/app/a.js': 'run()' };

describe('locations on the spans of a batch', () => {
  it('adds code attributes and their reason to a span with a site', () => {
    expect(located(callSites(PLAIN), batch({ spanlineSite: 0 }))).toEqual([
      'spanline.location.reason=seen when the program started the span',
      'code.file.path=/app/a.js',
      'code.line.number=1',
      'code.column.number=1',
      'code.function.name=run',
    ]);
  });

  it('keeps the program’s own attributes in front', () => {
    const own = [{ key: 'user', value: { stringValue: 'x' } }];
    expect(located(callSites(PLAIN), batch({ spanlineSite: 0, attributes: own }))[0]).toBe('user=x');
  });

  it.each([
    ['code.file.path', 'code.line.number'],
    ['code.filepath', 'code.lineno'],
  ])('leaves a span alone that has %s and %s', (file, line) => {
    const own = [
      { key: file, value: { stringValue: '/app/b.js' } },
      { key: line, value: { intValue: 7 } },
    ];
    expect(located(callSites(PLAIN), batch({ spanlineSite: 0, attributes: own }))).toHaveLength(2);
  });

  it.each(['code.function', 'code.function.name'])('keeps the function that the program names in %s', (key) => {
    const own = [{ key, value: { stringValue: 'Orders.create' } }];
    const all = located(callSites(PLAIN), batch({ spanlineSite: 0, attributes: own }));
    expect(all.filter((text) => text.startsWith('code.function'))).toEqual([`${key}=Orders.create`]);
    expect(all).toContain('code.file.path=/app/a.js');
  });

  it('does not take whoever loaded a file for what was set up in it, where no map tells of the line', () => {
    const files = {
      '/app/dist/cats.js': "\n_decorate([\n    Get(':id')\n]);\n//# sourceMappingURL=cats.js.map",
      '/app/dist/cats.js.map': map('../cats.ts'),
      '/app/cats.ts': 'export class Cats {}',
      '/app/main.js': "require('./dist/cats')",
    };
    const input = () =>
      batch({ spanlineSite: 0, spanlineSiteRoute: true }, [[frame('/app/dist/cats.js', 3), frame('/app/main.js')]]);
    expect(located(callSites(files), input())).toEqual([]);
    const decorated = { ...files, '/app/cats.ts': "export class Cats {\n  @Get(':id')\n  one() {}\n}" };
    const all = located(callSites(decorated), input());
    expect(all).toContain('code.file.path=/app/cats.ts');
    expect(all).toContain('code.line.number=2');
    expect(all).toContain('spanline.location.confidence=likely');
  });

  it('is less sure of a site that was not looked at for this span', () => {
    const all = located(callSites(PLAIN), batch({ spanlineSite: 0, spanlineSiteInferred: true }));
    expect(all).toContain(`spanline.location.reason=${INFERRED_REASON}`);
    expect(all).toContain('spanline.location.confidence=likely');
  });

  it('says when a site is the registration of the route that a server span names', () => {
    const all = located(callSites(PLAIN), batch({ spanlineSite: 0, spanlineSiteRoute: true }));
    expect(all).toContain(`spanline.location.reason=${ROUTE_REASON}`);
    expect(all).toContain('code.line.number=1');
    expect(all.filter((text) => text.startsWith('spanline.location.confidence'))).toEqual([]);
  });

  it.each<[string, object, unknown[]?]>([
    ['no site', {}],
    ['a site that the batch does not have', { spanlineSite: 9 }],
    ['a site that is no number', { spanlineSite: '0' }],
    ['a site without frames', { spanlineSite: 0 }, [[]]],
    ['a site that is no list', { spanlineSite: 0 }, ['x']],
    ['frames of another shape', { spanlineSite: 0 }, [[null, 'x', ['/a.js', '1', 2, 3]]]],
  ])('adds nothing to a span with %s', (_, span, sites) => {
    expect(located(callSites(PLAIN), batch(span, sites))).toEqual([]);
  });

  describe('of a module that a bundle evaluates as text', () => {
    const MODULE = 'webpack://app/./src/a.ts?';
    const sites = [[frame(MODULE, 68), frame('/app/dist/bundle.js', 139)]];
    const files = { '/app/dist/bundle.js': 'eval()', '/app/src/a.ts': 'run()' };

    it.each([true, undefined])('adds nothing where no map is known, route: %s', (spanlineSiteRoute) => {
      expect(located(callSites(files), batch({ spanlineSite: 0, spanlineSiteRoute }, sites))).toEqual([]);
    });

    it('goes by the map that the program has sent', () => {
      const input = batch({ spanlineSite: 0 }, [[frame(MODULE)]]);
      const maps = [{ file: MODULE, map: map('file:///app/src/a.ts') }];
      expect(located(callSites(files), { ...input, maps })).toContain('code.file.path=/app/src/a.ts');
    });
  });

  it.each([[null], [[null]], [[{ scopeSpans: [null, { spans: [null, 7] }] }]], ['x']])(
    'is not surprised by the spans %j',
    (resourceSpans) => {
      const input = { ...batch({}), resourceSpans } as unknown as PreloadBatch;
      expect(() => callSites(PLAIN).locate(input)).not.toThrow();
    },
  );

  it('is not surprised by attributes that are none', () => {
    expect(located(callSites(PLAIN), batch({ spanlineSite: 0, attributes: 'x' }))).toHaveLength(5);
    expect(
      located(callSites(PLAIN), batch({ spanlineSite: 0, attributes: [null, { key: 7, value: {} }] })),
    ).toHaveLength(6);
  });
});

describe('paths of both flavours', () => {
  const resolve = (files: Record<string, string>, file: string) => callSites(files).resolve(1, [frame(file)]);

  it.each([
    ['C:\\app\\dist\\a.js'],
    ['c:\\app\\dist\\a.js'],
    ['file:///C:/app/dist/a.js'],
    ['file:///c:/app/dist/a.js?t=1700000000'],
  ])('finds the map beside %s', (file) => {
    const files = {
      'c:/app/dist/a.js': '//# sourceMappingURL=a.js.map',
      'c:/app/dist/a.js.map': map('../src/a.ts'),
      'c:/app/src/a.ts': '',
    };
    expect(resolve(files, file)).toMatchObject({ path: 'c:/app/src/a.ts', line: 3, column: 5, confidence: 'certain' });
  });

  it.each([
    ['an absolute path', map('C:\\app\\src\\a.ts')],
    ['an absolute path with forward slashes', map('C:/app/src/a.ts')],
    ['a file: URL', map('file:///C:/app/src/a.ts')],
    ['a sourceRoot with a drive', map('a.ts', 'C:\\app\\src\\')],
    [
      'sections',
      JSON.stringify({
        version: 3,
        sections: [{ offset: { line: 0, column: 0 }, map: JSON.parse(map('C:\\app\\src\\a.ts')) as object }],
      }),
    ],
    ['webpack with an absolute path', map('webpack:///C:/app/src/a.ts')],
  ])('reads Windows sources given as %s', (_, json) => {
    const files = { 'c:/app/dist/a.js': '', 'c:/app/dist/a.js.map': json, 'c:/app/src/a.ts': '' };
    expect(resolve(files, 'C:\\app\\dist\\a.js')?.path).toBe('c:/app/src/a.ts');
  });

  it('finds maps on a share', () => {
    const files = {
      '//server/share/dist/a.js': '',
      '//server/share/dist/a.js.map': map('../src/a.ts'),
      '//server/share/src/a.ts': '',
    };
    expect(resolve(files, '\\\\server\\share\\dist\\a.js')?.path).toBe('//server/share/src/a.ts');
  });

  it.each(['/app/50% off/a #1?.js', '/app/ä ö/a.js', '/app/[id]/(group)/a.js'])('keeps the odd name %s', (file) => {
    const folder = file.slice(0, file.lastIndexOf('/'));
    const files: Record<string, string> = { [file]: '', [`${file}.map`]: map('b.ts'), [`${folder}/b.ts`]: '' };
    expect(resolve(files, file)?.path).toBe(`${folder}/b.ts`);
  });

  it('takes frames that name URLs', () => {
    const files = { '/app/a b/x.mjs': '', '/app/a b/x.mjs.map': map('x.mts'), '/app/a b/x.mts': '' };
    expect(resolve(files, 'file:///app/a%20b/x.mjs')?.path).toBe('/app/a b/x.mts');
  });
});
