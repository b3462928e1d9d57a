// Started by lint.ts as a process of its own, so that each has its own heap: `ours` scans as spanline lint does, `tsmorph` is what one
// would write first: a ts-morph project over everything, with the types of every call; `tseslint` is the typed rule nearest to ours.
import { ESLint } from 'eslint';
import { Project, SyntaxKind } from 'ts-morph';
import tseslint from 'typescript-eslint';
import { silentLog } from '../../../src/base/log';
import { Engine } from '../../../src/analysis/engine';
import { scan } from '../../../src/analysis/scan';
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

function ours(root: string, untyped: boolean): number {
  let found = 0;
  tuneForShortRun();
  const engine = new Engine({ open: () => undefined }, silentLog);
  for (const { findings } of scan(engine, root, { settings: SETTINGS, untyped })) found += findings.length;
  return found;
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

const RIVALS: Readonly<Record<string, (root: string) => number | Promise<number>>> = {
  ours: (root) => ours(root, false),
  untyped: (root) => ours(root, true),
  tsmorph,
  tseslint: floatingPromises,
};

async function measure(name: string, root: string): Promise<RivalFigures> {
  const before = process.cpuUsage();
  const started = performance.now();
  const found = await RIVALS[name](root);
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, wallMs, peakMb: process.resourceUsage().maxRSS / 1024, found };
}

const [, , rival, root] = process.argv;
void measure(rival, root).then((figures) => {
  process.send!(figures);
  process.disconnect();
});
