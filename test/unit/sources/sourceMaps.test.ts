import { buildSync, transformSync, type BuildOptions } from 'esbuild';
import { readFileSync, rmSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { logTo } from '../../../src/base/log';
import { CallSites, CALL_SITE_REASON } from '../../../src/sources/callSites';
import { fileUrl } from '../../../src/sources/sourceMaps';
import { framesOf, SITE, SOURCE, temporaryFolder, write } from './compiledApp';

const warnings: string[] = [];
const log = logTo((_, message) => warnings.push(message));
const PID = 1;

function sites(now?: () => number): CallSites {
  return new CallSites(log, undefined, now);
}

/** Writes the program, has it compiled, runs it, and resolves its call site. */
function resolved(compile: (source: string) => string) {
  const source = write(join(temporaryFolder(), 'src', 'orders app.ts'), SOURCE);
  return { source, location: sites().resolve(PID, framesOf(compile(source))) };
}

function tsc(options: ts.CompilerOptions, outFolder = 'dist') {
  return (source: string) => {
    const out = join(dirname(source), '..', outFolder, 'orders app.js');
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, ...options };
    const { outputText, sourceMapText } = ts.transpileModule(SOURCE, { compilerOptions, fileName: source });
    const relative = (text: string) =>
      text.replace('"sources":["orders app.ts"]', '"sources":["../src/orders app.ts"]');
    if (sourceMapText) write(`${out}.map`, relative(sourceMapText));
    const inline = outputText.replace(/(base64,)(\S+)/, (_, start: string, data: string) => {
      return start + Buffer.from(relative(Buffer.from(data, 'base64').toString())).toString('base64');
    });
    return write(out, inline);
  };
}

function esbuild(options: BuildOptions) {
  return (source: string) => {
    const outfile = join(dirname(source), '..', 'dist', 'bundle.cjs');
    buildSync({
      entryPoints: [source],
      outfile,
      format: 'cjs',
      platform: 'node',
      bundle: true,
      logLevel: 'silent',
      ...options,
    });
    return outfile;
  };
}

/** Rewrites the map beside a compiled file. */
function withMap(
  compile: (source: string) => string,
  change: (map: Record<string, unknown>, source: string) => object,
) {
  return (source: string) => {
    const out = compile(source);
    const map = JSON.parse(readFileSync(`${out}.map`, 'utf8')) as Record<string, unknown>;
    write(`${out}.map`, JSON.stringify(change(map, source)));
    return out;
  };
}

/** Rewrites the comment that names the map. */
function withComment(compile: (source: string) => string, comment: (out: string) => string) {
  return (source: string) => {
    const out = compile(source);
    const code = readFileSync(out, 'utf8').replace(/\/\/# sourceMappingURL=.*/, () => comment(out));
    return write(out, code);
  };
}

const external = esbuild({ sourcemap: true });
const shifted = { line: 3, column: 0 };

describe('call sites in compiled programs', () => {
  it.each<[string, (source: string) => string]>([
    ['tsc, external map', tsc({ sourceMap: true })],
    ['tsc, inline map', tsc({ inlineSourceMap: true })],
    ['tsc, inline map and sources', tsc({ inlineSourceMap: true, inlineSources: true })],
    ['esbuild, external map', external],
    ['esbuild, inline map', esbuild({ sourcemap: 'inline' })],
    ['esbuild, map without comment', esbuild({ sourcemap: 'external' })],
    ['esbuild, both', esbuild({ sourcemap: 'both' })],
    ['esbuild, minified', esbuild({ sourcemap: true, minify: true })],
    ['esbuild, no sources in the map', esbuild({ sourcemap: true, sourcesContent: false })],
    ['esbuild, old target', esbuild({ sourcemap: true, target: 'es2015' })],
    ['sourceRoot', withMap(external, (map) => ({ ...map, sourceRoot: '../', sources: ['src/orders app.ts'] }))],
    ['absolute sources', withMap(external, (map, source) => ({ ...map, sources: [source] }))],
    ['file: URLs', withMap(external, (map, source) => ({ ...map, sources: [fileUrl(source)] }))],
    [
      'a wrong sourceRoot',
      withMap(external, (map) => ({ ...map, sourceRoot: '/builds/ci', sources: ['src/orders app.ts'] })),
    ],
    [
      'webpack:// with a name',
      withMap(external, (map) => ({ ...map, sources: ['webpack://shop/./src/orders app.ts'] })),
    ],
    [
      'webpack:// without a name',
      withMap(external, (map) => ({ ...map, sources: ['webpack:///./src/orders app.ts?ab12'] })),
    ],
    [
      'webpack:// with an absolute path',
      withMap(external, (map, source) => ({ ...map, sources: [`webpack://${source}`] })),
    ],
    [
      'webpack-internal layers',
      withMap(external, (map) => ({ ...map, sources: ['webpack-internal:///(rsc)/./src/orders%20app.ts'] })),
    ],
    ['turbopack', withMap(external, (map) => ({ ...map, sources: ['turbopack:///[project]/src/orders app.ts'] }))],
    ['an index map', withMap(external, (map) => ({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map }] }))],
    [
      'a prefix against inclusion',
      (source) => {
        const out = external(source);
        write(`${out}.map`, `)]}'\n${readFileSync(`${out}.map`, 'utf8')}`);
        return out;
      },
    ],
    ['a map named by file: URL', withComment(external, (out) => `//# sourceMappingURL=${fileUrl(`${out}.map`)}`)],
    ['a map named by absolute path', withComment(external, (out) => `//@ sourceMappingURL=${out}.map`)],
    [
      'a map on a server, with a copy beside the code',
      withComment(external, () => '//# sourceMappingURL=https://cdn.example/b.map'),
    ],
    [
      'an inline map that is not base64',
      withComment(
        external,
        (out) => `//# sourceMappingURL=data:application/json,${encodeURIComponent(readFileSync(`${out}.map`, 'utf8'))}`,
      ),
    ],
    [
      'a comment inside a string further up',
      withComment(
        external,
        (out) => `const s = "//# sourceMappingURL=no.map";\n//# sourceMappingURL=${basename(out)}.map`,
      ),
    ],
  ])('%s: exact to the column', (_, compile) => {
    const { source, location } = resolved(compile);
    expect(location).toMatchObject({ path: source, ...SITE, confidence: 'certain', reason: CALL_SITE_REASON });
  });

  it('maps by the section of an index map that holds the line', () => {
    const compile = (source: string) => {
      const out = external(source);
      const map = JSON.parse(readFileSync(`${out}.map`, 'utf8')) as object;
      const other = { version: 3, sources: ['other.ts'], names: [], mappings: 'AAAA' };
      write(
        `${out}.map`,
        JSON.stringify({
          version: 3,
          sections: [
            { offset: { line: 0, column: 0 }, map: other },
            { offset: shifted, map },
          ],
        }),
      );
      return write(out, `\n\n\n${readFileSync(out, 'utf8')}`);
    };
    expect(resolved(compile).location).toMatchObject(SITE);
  });

  it('names the function', () => {
    expect(resolved(external).location?.functionName).toMatch(/create$/);
  });

  it('maps by what the program has in memory, over what is on disk', () => {
    const source = write(join(temporaryFolder(), 'orders.ts'), SOURCE);
    const { code, map } = transformSync(SOURCE, { loader: 'ts', format: 'cjs', sourcemap: true, sourcefile: source });
    const run = write(`${source}.cjs`, code);
    const frames = framesOf(run).map(([, ...rest]) => [source, ...rest] as const);
    const callSites = sites();
    callSites.learn({ pid: PID, maps: [{ file: source, map }] });
    expect(callSites.resolve(PID, frames)).toMatchObject({ path: source, ...SITE, confidence: 'certain' });
    expect(callSites.resolve(PID + 1, frames)).toMatchObject({ path: source, confidence: 'likely' });
  });

  it('finds a map in memory whether it or the frame is named by a URL', () => {
    const map = JSON.stringify({ version: 3, sources: ['a.mts'], names: [], mappings: 'AAAA' });
    for (const [file, frame] of [
      ['/app/x y.mts', 'file:///app/x%20y.mts'],
      ['file:///app/x%20y.mts', '/app/x y.mts'],
    ]) {
      const callSites = sites();
      callSites.learn({ pid: PID, maps: [{ file, map }] });
      expect(callSites.resolve(PID, [[frame, 1, 1, '']])?.path).toBe('/app/a.mts');
    }
  });

  it('takes a later map of the same file, as a watcher sends it', () => {
    const callSites = sites();
    const map = (sources: string) => JSON.stringify({ version: 3, sources: [sources], names: [], mappings: 'AAAA' });
    const site = [['/app/gone.ts', 1, 1, ''] as const];
    callSites.learn({ pid: PID, maps: [{ file: '/app/gone.ts', map: map('a.ts') }] });
    expect(callSites.resolve(PID, site)?.path).toBe('/app/a.ts');
    callSites.learn({ pid: PID, maps: [{ file: '/app/gone.ts', map: map('b.ts') }] });
    expect(callSites.resolve(PID, site)?.path).toBe('/app/b.ts');
  });

  it('reads a map again when the file was built anew', () => {
    let now = 0;
    const callSites = sites(() => now);
    const source = write(join(temporaryFolder(), 'src', 'orders.ts'), SOURCE);
    const out = esbuild({ sourcemap: true })(source);
    const frames = framesOf(out);
    expect(callSites.resolve(PID, frames)).toMatchObject(SITE);
    write(source, `\n\n${SOURCE}`);
    esbuild({ sourcemap: true })(source);
    utimesSync(out, new Date(), new Date(Date.now() + 5_000));
    now += 10_000;
    expect(callSites.resolve(PID, frames)).toMatchObject({ line: SITE.line + 2 });
  });
});

describe('call sites without a usable map', () => {
  it('is certain in code that nobody compiled', () => {
    const code = 'exports.create = () => {\n  globalThis.tracer.startSpan("x");\n};\nexports.create();\n';
    const file = write(join(temporaryFolder(), 'orders.js'), code);
    expect(sites().resolve(PID, framesOf(file))).toMatchObject({
      path: file,
      line: 2,
      column: 21,
      confidence: 'certain',
      reason: CALL_SITE_REASON,
    });
  });

  it('is found by its text, less sure, where the compiler made no map', () => {
    const folder = temporaryFolder();
    write(join(folder, 'tsconfig.json'), '{ "compilerOptions": { "outDir": "dist", "rootDir": "src" } }');
    const text = `interface Order {
  readonly id: string;
}
function create({ id }: Order): void {
  const { tracer } = globalThis as never as { tracer: { startSpan(name: string): void } };
  tracer.startSpan('create ' + id);
}
create({ id: 'tea' });
`;
    const source = write(join(folder, 'src', 'orders.ts'), text);
    const out = write(join(folder, 'dist', 'orders.js'), ts.transpileModule(text, {}).outputText);
    const location = sites().resolve(PID, framesOf(out));
    expect(location).toMatchObject({ path: source, line: 6, column: 3, functionName: 'create', confidence: 'likely' });
    expect(location?.reason).toContain('for want of a source map');
  });

  it('stays in the generated code, less sure, when the map is missing, and names it', () => {
    const source = write(join(temporaryFolder(), 'src', 'orders.ts'), SOURCE);
    const out = external(source);
    rmSync(`${out}.map`);
    expect(sites().resolve(PID, framesOf(out))).toMatchObject({
      path: out,
      confidence: 'possible',
      reason: 'seen when the program started the span in generated code: its source map bundle.cjs.map is missing',
    });
  });

  it.each(['', '{', '{"version":3}', '{"version":3,"sources":[],"names":[],"mappings":"!!!"}', '[]', 'null'])(
    'stays in the generated code when the map is %j',
    (text) => {
      const source = write(join(temporaryFolder(), 'src', 'orders.ts'), SOURCE);
      const out = external(source);
      write(`${out}.map`, text);
      expect(sites().resolve(PID, framesOf(out))).toMatchObject({ path: out, confidence: 'possible' });
    },
  );

  it('says so when the source is not on this machine', () => {
    const source = write(join(temporaryFolder(), 'src', 'orders.ts'), SOURCE);
    const out = external(source);
    rmSync(source);
    expect(sites().resolve(PID, framesOf(out))).toMatchObject({
      path: source,
      ...SITE,
      confidence: 'likely',
      reason: 'seen when the program started the span, in a file that is not on this machine',
    });
  });

  it('passes over frames of packages and of bundlers, also when only the map tells', () => {
    const folder = temporaryFolder();
    write(
      join(folder, 'node_modules/lib/index.js'),
      'exports.run = (f) => { f(); globalThis.tracer.startSpan("lib"); };',
    );
    const source = write(
      join(folder, 'src/app.ts'),
      `import { run } from 'lib';\nexport const go = (): void => run(() => {});\ngo();\n`,
    );
    const out = esbuild({ sourcemap: true })(source);
    const frames = framesOf(out);
    expect(frames.length).toBeGreaterThan(1);
    expect(sites().resolve(PID, frames)).toMatchObject({ path: source, line: 2 });
  });

  it('has no location when every frame is somebody else’s', () => {
    const frames = [['/app/node_modules/x/index.js', 1, 1, 'f'] as const, ['node:internal/timers', 1, 1, 'g'] as const];
    expect(sites().resolve(PID, frames)).toBeUndefined();
  });
});
