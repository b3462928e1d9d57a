// Started by lint.ts as a process of its own, so that each has its own heap: `ours` scans as spanline lint does, `naive` is what one
// would write first: a ts-morph project over everything, with the types of every call.
import { Project, SyntaxKind } from 'ts-morph';
import { silentLog } from '../../../src/base/log';
import { Engine } from '../../../src/analysis/engine';
import { scan } from '../../../src/analysis/scan';

export interface RivalFigures {
  /** Of processor time: other work on the machine does not count. */
  readonly ms: number;
  readonly heapMb: number;
  readonly found: number;
}

const SETTINGS = { enabled: true, rules: {}, wrappers: [] };

function ours(root: string, untyped: boolean): number {
  let found = 0;
  const engine = new Engine({ open: () => undefined }, silentLog);
  for (const { findings } of scan(engine, root, { settings: SETTINGS, untyped })) found += findings.length;
  return found;
}

/** The name argument's and the receiver's types of each call that starts a span. */
function naive(root: string): number {
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

const [, , rival, root] = process.argv;
const before = process.cpuUsage();
const found = rival === 'naive' ? naive(root) : ours(root, rival === 'untyped');
const { user, system } = process.cpuUsage(before);
const ms = (user + system) / 1000;
const figures: RivalFigures = { ms, heapMb: process.memoryUsage().heapUsed / 1024 ** 2, found };
process.send!(figures);
process.disconnect();
