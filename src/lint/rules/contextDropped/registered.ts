import { sureness } from '../../grounds';
import { apiName } from '../../fixes/apiImport';
import { insertAt, rangeOf } from '../../fixes/edits';
import type { FileModel } from '../../model';
import { importOf, moduleOfExpression } from '../../otel/imports';
import { liveSpanAt } from '../../otel/liveSpans';
import { spanMaker } from '../../otel/makesSpans';
import { functionOf } from '../../otel/spanStarts';
import type { Fix, LintContext } from '../../rule';
import { argument, calleeName, receiver, unwrap, unwrapAwait } from '../../syntax/nodes';
import { isFunctionNode, walk, type FunctionNode } from '../../syntax/walk';
import { ts } from '../../ts';

const LISTENS = /^(on|once|addListener|prependListener|addEventListener|subscribe)$/;

/** Queues whose tasks run in the turn of whoever finishes the one before. */
const QUEUES: readonly { readonly module: RegExp; readonly methods: RegExp }[] = [
  { module: /^p-queue$/, methods: /^(add|addAll)$/ },
  { module: /^(async|neo-async|fastq|better-queue)$/, methods: /^(push|pushAsync|unshift)$/ },
  { module: /^bottleneck$/, methods: /^(schedule|wrap|submit)$/ },
  { module: /^(generic-pool|tarn)$/, methods: /^(use)$/ },
];

/** Callbacks that are registered in one request and run in the turn of another. */
export function findRegisteredCallbacks(context: LintContext): void {
  const { file } = context;
  for (const call of file.nodes.calls) {
    const method = calleeName(call);
    const on = receiver(call);
    if (!on || method === undefined) continue;
    const how = registration(file, on, method);
    if (!how) continue;
    const passed = call.arguments.find((each) => isFunctionNode(unwrap(each))) ?? argument(call, how.at);
    const callback = passed && functionOf(file, passed);
    if (!passed || !callback || isBound(context, passed) || !makesChildren(context, callback)) continue;
    const live = liveSpanAt(file, context.starts, call);
    if (!live) continue;
    context.report({
      ...rangeOf(unwrap(passed).kind === ts.SyntaxKind.Identifier ? passed : call.expression),
      message: `${how.what}, and not in this span's: the spans made in it belong to another trace or to none. Bind it: context.bind(context.active(), …).`,
      confidence: sureness('context-dropped', 'registered'),
      fixes: () => bind(context, passed),
    });
  }
}

interface Registration {
  readonly what: string;
  /** Which argument is the callback, when it is only named. */
  readonly at: number;
}

function registration(file: FileModel, on: ts.Expression, method: string): Registration | undefined {
  if (LISTENS.test(method) && outlives(file, on))
    return {
      what: `\`${on.getText(file.source)}\` outlives the span: its listener runs in the context of whoever emits`,
      at: 1,
    };
  const module = QUEUES.find(({ methods }) => methods.test(method)) && madeBy(file, on);
  const queue = module === undefined ? undefined : QUEUES.find((each) => each.module.test(module));
  return queue?.methods.test(method)
    ? { what: `The queue runs this in the context of whoever finishes the task before it`, at: 0 }
    : undefined;
}

/** Something of the file's top level, of another module or of the object: it is there before the span and after it. */
function outlives(file: FileModel, on: ts.Expression): boolean {
  const bare = unwrap(on);
  if (ts.isPropertyAccessExpression(bare)) return unwrap(bare.expression).kind === ts.SyntaxKind.ThisKeyword;
  if (!ts.isIdentifier(bare)) return false;
  const binding = file.scopes.bindingOf(bare);
  return binding !== undefined && binding.kind !== 'parameter' && ts.isSourceFile(binding.scope.node);
}

/** The module whose class or function made what a name stands for. */
function madeBy(file: FileModel, on: ts.Expression): string | undefined {
  const declaration = file.scopes.bindingOf(unwrap(on))?.declarations[0]?.parent;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) return undefined;
  let root: ts.Expression = unwrapAwait(declaration.initializer);
  while (ts.isCallExpression(root) || ts.isNewExpression(root) || ts.isPropertyAccessExpression(root))
    root = unwrapAwait(root.expression);
  const source = file.scopes.bindingOf(root)?.declarations[0];
  if (!source) return undefined;
  const variable = ts.findAncestor(source, ts.isVariableDeclaration);
  return importOf(source)?.module ?? (variable?.initializer && moduleOfExpression(variable.initializer));
}

/** `context.bind(…, f)`, `AsyncResource.bind(f)`: the callback takes its context along. */
function isBound(context: LintContext, passed: ts.Expression): boolean {
  const bare = unwrap(passed);
  if (ts.isCallExpression(bare)) return true;
  const declaration = context.file.scopes.bindingOf(bare)?.declarations[0]?.parent;
  return Boolean(declaration && ts.isVariableDeclaration(declaration) && declaration.initializer && calls(declaration));
}

function calls({ initializer }: ts.VariableDeclaration): boolean {
  return initializer !== undefined && ts.isCallExpression(unwrap(initializer));
}

/** The callback starts spans with a tracer, and neither sets a context nor passes a parent. */
function makesChildren(context: LintContext, callback: FunctionNode): boolean {
  if (!callback.body) return false;
  let makes = false;
  let isPlaced = false;
  walk(callback.body, (node) => {
    if (!ts.isCallExpression(node)) return;
    if (/^(with|extract|setSpan|setSpanContext)$/.test(calleeName(node) ?? '')) isPlaced = true;
    const start = context.starts.find((each) => each.call === node);
    if (start?.context) isPlaced = true;
    else if (start || spanMaker(context.file, node)?.kind === 'tracer') makes = true;
  });
  return makes && !isPlaced;
}

function bind(context: LintContext, passed: ts.Expression): Fix[] {
  const name = apiName(context, 'context');
  if (!name) return [];
  const open = insertAt(passed.getStart(context.file.source), `${name.text}.bind(${name.text}.active(), `);
  return [{ title: 'Bind it to this context', edits: [open, insertAt(passed.end, ')'), ...name.edits], safe: false }];
}
