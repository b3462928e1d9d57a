// Started by lint.ts as a process of its own, so that each has its own heap: `ours` scans as the built spanline lint does, `tsmorph` is
// what one would write first: a ts-morph project over everything, with the types of every call; `tseslint` is the typed rule nearest to
// ours. What each loads is loaded before its time begins.
import { ESLint } from 'eslint';
import { Project, SyntaxKind } from 'ts-morph';
import tseslint from 'typescript-eslint';
import { loadCompiled } from '../../../src/analysis/compiledCode';
import { silentLog } from '../../../src/base/log';
import type * as Compiler from '../../../src/cli/compiler';
import { tuneForShortRun } from '../../../src/cli/shortRun';

export interface RivalFigures {
  /** Of processor time: other work on the machine does not count. */
  readonly ms: number;
  readonly wallMs: number;
  /** Of the process's resident memory, the libraries' code with it. */
  readonly peakMb: number;
  readonly found: number;
}

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

/** From the file that the build made: by the command line's own loader, so with the compiled code that a run before has kept. */
function ours(untyped: boolean): Rival {
  tuneForShortRun();
  const { exports, keep } = loadCompiled<typeof Compiler>(compiler, 'bench');
  const scanned = (root: string) => {
    let found = 0;
    const engine = new exports.Engine({ open: () => undefined }, silentLog);
    for (const { findings } of exports.scan(engine, root, { settings: SETTINGS, untyped })) found += findings.length;
    return found;
  };
  return { run: scanned, after: keep };
}

/** The name argument's and the receiver's types of each call that starts a span. */
function tsmorph(root: string): number {
  const project = new Project({ tsConfigFilePath: `${root}/tsconfig.json` });
  let found = 0;
  for (const file of project.getSourceFiles())
    for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
      const callee = call.getExpressionIfKind(SyntaxKind.PropertyAccessExpression);
      if (!callee || !/^start(Active)?Span$/.test(callee.getName())) continue;
      const receiver = callee.getExpression().getType().getSymbol()?.getName();
      if (receiver === 'Tracer' && !call.getArguments()[0]?.getType().isLiteral()) found++;
    }
  return found;
}

async function floatingPromises(root: string): Promise<number> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: {
          parser: tseslint.parser,
          parserOptions: { project: './tsconfig.json', tsconfigRootDir: root },
        },
        plugins: { '@typescript-eslint': tseslint.plugin },
        rules: { '@typescript-eslint/no-floating-promises': 'error' },
      },
    ],
  });
  const results = await eslint.lintFiles(['src']);
  const fatal = results.flatMap(({ messages }) => messages).find((message) => message.fatal);
  if (fatal) throw new Error(`typescript-eslint could not read the workspace: ${fatal.message}`);
  return results.reduce((sum, { errorCount }) => sum + errorCount, 0);
}

interface Rival {
  readonly run: (root: string) => number | Promise<number>;
  readonly after?: () => void;
}

const RIVALS: Readonly<Record<string, () => Rival>> = {
  ours: () => ours(false),
  untyped: () => ours(true),
  tsmorph: () => ({ run: tsmorph }),
  tseslint: () => ({ run: floatingPromises }),
};

async function measure(name: string, root: string): Promise<RivalFigures> {
  const { run, after } = RIVALS[name]();
  const before = process.cpuUsage();
  const started = performance.now();
  const found = await run(root);
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  const figures = { ms: (user + system) / 1000, wallMs, peakMb: process.resourceUsage().maxRSS / 1024, found };
  after?.();
  return figures;
}

const [, , rival, root, compiler] = process.argv;
void measure(rival, root).then((figures) => {
  process.send!(figures);
  process.disconnect();
});
