import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { SiteWorker } from '../../../../src/analysis/languages/siteWorker';
import { silentLog } from '../../../../src/base/log';
import { GRAMMAR_LANGUAGES } from '../../../../src/protocol/siteIndexing';
import type { FileSpanSites, SpanSitesChange } from '../../../../src/protocol/spanSites';
import { grammarFolder } from './read';

const grammars = grammarFolder();
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

const PYTHON = 'tracer.start_span("one")\n';

function workspace(files: Record<string, string>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sites-')));
  made.push(folder);
  for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
  return folder;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** What the engine would know after all that the worker told. */
function listening() {
  const files = new Map<string, FileSpanSites>();
  const complete: string[] = [];
  const tell = (change: SpanSitesChange): void => {
    for (const file of change.files) {
      if (file.sites.length === 0) files.delete(file.path);
      else files.set(file.path, file);
    }
    complete.push(...(change.complete ?? []));
  };
  return { worker: new SiteWorker(grammars, tell, silentLog), files, complete };
}

describe('the worker that reads span sites', () => {
  test('tells the sites of the wanted languages, and that these are all', async () => {
    const folder = workspace({
      'a.py': PYTHON,
      'b/main.go': 'package main\nfunc f() { tracer.Start(ctx, "go") }\n',
      'C.java': 'class C { void f() { tracer.spanBuilder("java"); } }',
      'D.cs': 'class D { void F() { S.StartActivity("cs"); } }',
      'node_modules/x/a.py': PYTHON,
      'venv/lib/a.py': PYTHON,
      '.hidden/a.py': PYTHON,
      'x_pb2.py': PYTHON,
      'plain.py': 'print("no spans")\n',
    });
    const { worker, files, complete } = listening();
    await worker.index(['python'], [folder]);
    expect([...files.keys()]).toEqual([`${folder}/a.py`]);
    expect(complete).toEqual(['python']);
    await worker.index(GRAMMAR_LANGUAGES, [folder]);
    expect([...files.keys()].sort()).toEqual(
      ['C.java', 'D.cs', 'a.py', 'b/main.go'].map((path) => `${folder}/${path}`),
    );
    expect(complete).toEqual(['python', ...GRAMMAR_LANGUAGES]);
  });

  test('tells what is written, made and deleted later', async () => {
    const folder = workspace({ 'a.py': PYTHON });
    const { worker, files } = listening();
    await worker.index(['python'], [folder]);
    write(join(folder, 'a.py'), '\ntracer.start_span("two")\n');
    write(join(folder, 'b.py'), PYTHON);
    write(join(folder, 'node_modules/c.py'), PYTHON);
    await worker.changed(['a.py', 'b.py', 'node_modules/c.py', 'd.txt'].map((path) => join(folder, path)));
    expect(
      [...files.values()].map(({ path, sites }) => [path.slice(folder.length + 1), sites[0].name[0], sites[0].line]),
    ).toEqual([
      ['a.py', 'two', 2],
      ['b.py', 'one', 1],
    ]);
    rmSync(join(folder, 'a.py'));
    write(join(folder, 'b.py'), 'pass\n');
    await worker.changed([join(folder, 'a.py'), join(folder, 'b.py')]);
    expect([...files.keys()]).toEqual([]);
  });

  test('tells that what was read in other folders is gone', async () => {
    const [one, two] = [workspace({ 'a.py': PYTHON }), workspace({ 'b.py': PYTHON })];
    const { worker, files } = listening();
    await worker.index(['python'], [one]);
    await worker.index(['python'], [two, join(two, 'inside')]);
    expect([...files.keys()]).toEqual([`${two}/b.py`]);
  });

  test('passes over files that are too large or nested too deep to be written by hand', async () => {
    const folder = workspace({
      'deep.py': `${PYTHON}${'('.repeat(200_000)}`,
      'large.py': PYTHON + '#'.repeat(2 ** 20),
      'later.py': PYTHON,
    });
    const { worker, files } = listening();
    await worker.index(['python'], [folder]);
    expect([...files.keys()]).toEqual([`${folder}/later.py`]);
  });
});

describe('the project of a file', () => {
  const projectOf = async (files: Record<string, string>, language: (typeof GRAMMAR_LANGUAGES)[number]) => {
    const folder = workspace(files);
    const { worker, files: told } = listening();
    await worker.index([language], [folder]);
    const [{ project, services }] = [...told.values()];
    return { project: project?.slice(folder.length), services };
  };

  test('is the nearest folder with a manifest, and is called as that says or by its folder', async () => {
    const files = {
      'pyproject.toml': '[project]\nname = "all"\n',
      'cart/pyproject.toml': '[project]\nname = "shop-cart"\n',
      'cart/src/a.py': PYTHON,
    };
    expect(await projectOf(files, 'python')).toEqual({ project: '/cart', services: ['shop-cart', 'cart'] });
  });

  test('is called first as its program says, in whichever file', async () => {
    const files = {
      'cart/requirements.txt': '',
      'cart/a.py': PYTHON,
      'cart/z_setup.py': 'Resource.create({"service.name": "basket", "service.version": "1"})\n',
    };
    expect(await projectOf(files, 'python')).toEqual({ project: '/cart', services: ['basket', 'cart'] });
  });

  test.each([
    [
      'go',
      'go.mod',
      'module github.com/me/shop/v2\n',
      'm.go',
      'package m\nfunc f() { tracer.Start(ctx, "x") }',
      'shop',
    ],
    [
      'java',
      'pom.xml',
      '<project><parent><artifactId>p</artifactId></parent><artifactId>pay</artifactId></project>',
      'A.java',
      'class A { void f() { t.spanBuilder("x"); } }',
      'pay',
    ],
    [
      'java',
      'settings.gradle',
      'rootProject.name = "pay"\n',
      'A.java',
      'class A { void f() { t.spanBuilder("x"); } }',
      'pay',
    ],
    [
      'csharp',
      'Shop.Pay.csproj',
      '<Project></Project>',
      'A.cs',
      'class A { void F() { S.StartActivity("x"); } }',
      'Shop.Pay',
    ],
  ] as const)('of %s is known by %s', async (language, manifest, text, file, source, service) => {
    const { services } = await projectOf({ [`x/${manifest}`]: text, [`x/${file}`]: source }, language);
    expect(services).toEqual([service, 'x']);
  });

  test('is none without a manifest', async () => {
    expect(await projectOf({ 'a.py': PYTHON }, 'python')).toEqual({ project: undefined, services: undefined });
  });
});
