import type { FindingSite, LineRange, SitePart } from './findingSite';
import type { FileModel } from './model';
import type { AttributeWrite } from './otel/attributeWrites';
import { liveSpanAt } from './otel/liveSpans';
import type { SpanStart } from './otel/spanStarts';
import type { LintContext, TextRange } from './rule';
import { innermost, receiver, unwrap } from './syntax/nodes';
import { isFunctionNode } from './syntax/walk';
import { ts } from './ts';

/** A call that makes spans. */
export interface SpanSite extends TextRange {
  readonly lines: readonly number[];
}

type Place = Pick<FindingSite, 'lines' | 'head'>;

/** What is known of a file's spans beside the findings. */
export interface FileSites {
  readonly spans: readonly SpanSite[];
  /** The comment that keeps a rule from reporting at a place. */
  suppression(rule: string, range: TextRange): TextRange | undefined;
  /** The function around an offset, or the statement outside of any. */
  functionAt(offset: number): LineRange;
}

export function fileSites(context: LintContext, suppression: FileSites['suppression']): FileSites {
  return {
    spans: spanSites(context),
    suppression,
    functionAt: (offset) => functionAt(context.file, offset),
  };
}

function spanSites({ file, starts }: LintContext): SpanSite[] {
  return starts.map(({ call }) => ({
    lines: linesOf(file, call),
    start: call.expression.getStart(file.source),
    end: call.expression.end,
  }));
}

/** The span that a finding is about: the one whose making it is in, that it writes to, or that is open there. */
export function siteOfFinding(context: LintContext, range: TextRange): FindingSite | undefined {
  const { file, starts } = context;
  const making = starts.findLast((start) => isInMaking(file, start, range));
  const write = writeAt(context, range);
  const key = write?.key && !write.key.guessed ? { key: write.key.text } : {};
  if (making) return { ...placeOf(file, making), part: partOf(file, making, range), ...key };
  if (write && write.target !== 'span' && write.target !== 'event') return undefined;
  const node = innermost(file.source, range.start);
  const start = usedSpan(context, node) ?? liveSpanAt(file, starts, node)?.start;
  return start && { ...placeOf(file, start), part: 'use', ...key };
}

function isInMaking(file: FileModel, { call, callback }: SpanStart, { start, end }: TextRange): boolean {
  if (start < call.getStart(file.source) || end > call.end) return false;
  return !callback || end <= callback.getStart(file.source) || start >= callback.end;
}

function partOf(file: FileModel, { call }: SpanStart, { start }: TextRange): SitePart {
  return start < call.expression.end && start >= call.getStart(file.source) ? 'callee' : 'arguments';
}

function writeAt({ writes }: LintContext, { start, end }: TextRange): AttributeWrite | undefined {
  return writes.findLast(({ node }) => node.getStart() <= start && end <= node.end);
}

/** `span` of `span.setAttribute(…)` around the node. */
function usedSpan({ file, starts }: LintContext, node: ts.Node): SpanStart | undefined {
  for (let around = node; !ts.isSourceFile(around) && !ts.isBlock(around); around = around.parent) {
    const on = ts.isCallExpression(around) ? receiver(around) : undefined;
    const binding = on && file.scopes.bindingOf(unwrap(on));
    const start = binding && starts.find(({ span }) => span === binding);
    if (start) return start;
  }
  return undefined;
}

function placeOf(file: FileModel, { call, callback }: SpanStart): Place {
  const { source } = file;
  const end = callback && callback.pos >= call.pos && callback.end <= call.end ? callback.getStart(source) : call.end;
  return { lines: linesOf(file, call), head: lineRange(source, call.getStart(source), end) };
}

function functionAt({ source }: FileModel, offset: number): LineRange {
  let statement: ts.Node | undefined;
  for (let node = innermost(source, offset); !ts.isSourceFile(node); node = node.parent) {
    if (isFunctionNode(node)) return lineRange(source, node.getStart(source), node.end);
    statement = node;
  }
  const around = statement ?? source;
  return lineRange(source, around.getStart(source), around.end);
}

function lineRange(source: ts.SourceFile, start: number, end: number): LineRange {
  const lineAt = (offset: number): number => source.getLineAndCharacterOfPosition(offset).line + 1;
  return { from: lineAt(start), to: lineAt(end) };
}

/** Stacks name the line of the method; spans of other recorders may name that on which the expression begins. */
function linesOf({ source }: FileModel, call: ts.CallExpression): number[] {
  const { expression } = call;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  const decorated = ts.isDecorator(call.parent) ? memberName(call.parent.parent) : undefined;
  const nodes = [...(decorated ? [decorated] : []), name, call];
  return [...new Set(nodes.map((node) => source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1))];
}

function memberName(member: ts.Node): ts.Node | undefined {
  return ts.isMethodDeclaration(member) ? member.name : undefined;
}
