import { ts } from '../ts';
import { argument, calleeName, unwrap } from './nodes';
import { isFunctionNode } from './walk';

/** What passing a node does to the thing that is followed. */
export type Effect = 'opens' | 'closes';

export interface PathProblem {
  /** How the function is left with the thing open: it runs off its end, or by a `return`, a `throw`, an `await` that rejects. */
  readonly kind: 'end' | 'return' | 'throw' | 'reject';
  readonly node: ts.Node;
  /** Only if a call throws of which nothing says that it does, and the exception is caught on the way. */
  readonly supposed: boolean;
}

export interface PathQuestion {
  readonly body: ts.Node;
  /** The thing is open when the body begins. */
  readonly openAtStart: boolean;
  effectOf(node: ts.Node): Effect | undefined;
  /** Calls that cannot throw, such as those of the thing itself. */
  isHarmless(call: ts.CallExpression): boolean;
  /** Promises that are kept whatever happens, such as those of a timer. */
  neverRejects?(promise: ts.Expression): boolean;
  /** `holds`: the condition is true wherever the thing is open, such as the thing itself. `excludes`: it is false there. */
  guard(condition: ts.Expression): 'holds' | 'excludes' | undefined;
  /** It is opened under a condition: an `if` that closes it is taken to ask the same. */
  readonly isConditional: boolean;
}

/**
 * Finds the ways out of a function on which something opened is still open. Follows the structure of statements rather than a graph:
 * each statement turns the set of states before it into the set after it, and a list of jumps.
 *
 *     open ──► await a() ──► close     a() rejects: left open
 *              └─► catch ──► return    open there unless closed
 */
export function openExits(question: PathQuestion): PathProblem[] {
  const walker = new PathWalker(question);
  const start = question.openAtStart ? OPEN : NONE;
  const { body } = question;
  const after =
    ts.isBlock(body) || ts.isSourceFile(body)
      ? walker.list(body.statements, start)
      : walker.concise(body as ts.Expression, start);
  const problems: PathProblem[] = after & LIVE ? [{ kind: 'end', node: body, supposed: !(after & OPEN) }] : [];
  for (const { kind, node, state } of walker.jumps)
    if (state & LIVE && (kind === 'return' || kind === 'throw' || kind === 'reject'))
      problems.push({ kind, node, supposed: !(state & OPEN) });
  return problems;
}

/** States as bits: several may be possible at one place. 0 means that the place is not reached. */
type States = number;
const NONE = 1;
const OPEN = 2;
const CLOSED = 4;
/** Open after an exception that is only supposed. */
const PERHAPS = 8;
const LIVE = OPEN | PERHAPS;

interface Jump {
  /** `call`: an exception out of a call. */
  readonly kind: 'return' | 'throw' | 'reject' | 'call' | 'break' | 'continue';
  readonly node: ts.Node;
  readonly label?: string;
  readonly state: States;
}

/** Promises that are kept whatever becomes of the work: the rejection is in what they give. */
const SETTLES = /^(Promise\.allSettled|Result\.(safe|fromPromise|tryPromise)|ResultAsync\.fromPromise)$/;

/** Deeper nesting is generated code; its states pass unchanged. */
const MAX_DEPTH = 200;

class PathWalker {
  jumps: Jump[] = [];
  private depth = 0;
  private finallyDepth = 0;

  constructor(private readonly question: PathQuestion) {}

  list(statements: readonly ts.Statement[], states: States): States {
    let current = states;
    for (const statement of statements) {
      if (current === 0) break;
      current = this.statement(statement, current);
    }
    return current;
  }

  concise(expression: ts.Expression, states: States): States {
    return this.expression(expression, states);
  }

  private statement(node: ts.Statement, states: States, label?: string): States {
    if (++this.depth > MAX_DEPTH) {
      this.depth--;
      return states;
    }
    const after = this.statementInner(node, states, label);
    this.depth--;
    return after;
  }

  private statementInner(node: ts.Statement, states: States, label: string | undefined): States {
    if (ts.isBlock(node)) return this.list(node.statements, states);
    if (ts.isLabeledStatement(node)) return this.labeled(node, states);
    if (ts.isIfStatement(node)) return this.ifStatement(node, states);
    if (ts.isTryStatement(node)) return this.tryStatement(node, states);
    if (ts.isSwitchStatement(node)) return this.switchStatement(node, states);
    if (ts.isIterationStatement(node, false)) return this.loop(node, states, label);
    if (ts.isReturnStatement(node)) return this.jump('return', node, this.optional(node.expression, states));
    if (ts.isThrowStatement(node)) return this.jump('throw', node, this.expression(node.expression, states));
    if (ts.isBreakOrContinueStatement(node))
      return this.jump(ts.isBreakStatement(node) ? 'break' : 'continue', node, states, node.label?.text);
    if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return this.apply(node, states);
    return this.children(node, states);
  }

  private jump(kind: Jump['kind'], node: ts.Node, state: States, label?: string): States {
    this.jumps.push({ kind, node, state, label });
    return 0;
  }

  private ifStatement(node: ts.IfStatement, states: States): States {
    const tested = this.expression(node.expression, states);
    const { yes, no: otherwise } = this.split(node.expression, tested);
    const then = yes === 0 ? 0 : this.statement(node.thenStatement, yes);
    // In a finally block a condition asks whether there is something to close, or who closes it.
    const isMatching = (this.finallyDepth > 0 || this.question.isConditional) && !node.elseStatement;
    const no = isMatching && yes & LIVE && !(then & LIVE) ? otherwise & ~LIVE : otherwise;
    return then | (no === 0 || !node.elseStatement ? no : this.statement(node.elseStatement, no));
  }

  /** Where the condition is the thing itself, an open thing takes the first branch only. */
  private split(condition: ts.Expression, states: States): { yes: States; no: States } {
    const bare = unwrap(condition);
    if (bare.kind === ts.SyntaxKind.TrueKeyword) return { yes: states, no: 0 };
    if (ts.isPrefixUnaryExpression(bare) && bare.operator === ts.SyntaxKind.ExclamationToken) {
      const { yes, no } = this.split(bare.operand, states);
      return { yes: no, no: yes };
    }
    const guard = this.question.guard(bare);
    return { yes: guard === 'excludes' ? states & ~LIVE : states, no: guard === 'holds' ? states & ~LIVE : states };
  }

  private labeled(node: ts.LabeledStatement, states: States): States {
    const before = this.jumps;
    this.jumps = [];
    const after = this.statement(node.statement, states, node.label.text);
    const left = this.takeJumps((jump) => jump.kind === 'break' && jump.label === node.label.text);
    this.jumps = [...before, ...this.jumps];
    return after | left;
  }

  private takeJumps(match: (jump: Jump) => boolean): States {
    let states = 0;
    this.jumps = this.jumps.filter((jump) => {
      if (!match(jump)) return true;
      states |= jump.state;
      return false;
    });
    return states;
  }

  private loop(node: ts.IterationStatement, states: States, label: string | undefined): States {
    const before = this.jumps;
    let entry = states;
    if (ts.isForStatement(node) && node.initializer) entry = this.children(node.initializer, entry);
    if (ts.isForInStatement(node) || ts.isForOfStatement(node)) entry = this.expression(node.expression, entry);
    let after = 0;
    let inner: Jump[] = [];
    for (let states = entry, seen = 0; (states & ~seen) !== 0; states |= after) {
      seen |= states;
      this.jumps = [];
      after = this.turn(node, states, label);
      inner = this.jumps;
    }
    this.jumps = inner;
    const broken = this.takeJumps((jump) => jump.kind === 'break' && jump.label === undefined);
    this.jumps = [...before, ...this.jumps];
    return (isEndless(node) ? 0 : entry | after) | broken;
  }

  /** One turn of a loop: its test, body and step. */
  private turn(node: ts.IterationStatement, states: States, label: string | undefined): States {
    let current = states;
    const test = ts.isForStatement(node) ? node.condition : ts.isWhileStatement(node) ? node.expression : undefined;
    current = this.optional(test, current);
    if (ts.isForOfStatement(node) && node.awaitModifier) this.mayReject(node, current);
    current = this.statement(node.statement, current);
    current |= this.takeJumps((jump) => jump.kind === 'continue' && (jump.label === undefined || jump.label === label));
    if (ts.isDoStatement(node)) current = this.expression(node.expression, current);
    return ts.isForStatement(node) ? this.optional(node.incrementor, current) : current;
  }

  private switchStatement(node: ts.SwitchStatement, states: States): States {
    const before = this.jumps;
    this.jumps = [];
    const tested = this.expression(node.expression, states);
    let falling = 0;
    let hasDefault = false;
    for (const clause of node.caseBlock.clauses) {
      hasDefault ||= ts.isDefaultClause(clause);
      falling = this.list(clause.statements, tested | falling);
    }
    const broken = this.takeJumps((jump) => jump.kind === 'break' && jump.label === undefined);
    this.jumps = [...before, ...this.jumps];
    return falling | broken | (hasDefault ? 0 : tested);
  }

  private tryStatement(node: ts.TryStatement, states: States): States {
    const before = this.jumps;
    this.jumps = [];
    let after = this.statement(node.tryBlock, states);
    if (node.catchClause) {
      const supposed = this.takeJumps(({ kind }) => kind === 'call');
      const perhaps = supposed & OPEN ? (supposed & ~OPEN) | PERHAPS : supposed;
      const thrown = this.takeJumps(isException) | perhaps;
      if (thrown !== 0) after |= this.statement(node.catchClause.block, thrown);
    }
    if (node.finallyBlock) after = this.finallyBlock(node.finallyBlock, after);
    this.jumps = [...before, ...this.jumps];
    return after;
  }

  /** Every way out of the `try` and the `catch` runs through it. */
  private finallyBlock(block: ts.Block, after: States): States {
    const pending = this.jumps;
    this.jumps = [];
    this.finallyDepth++;
    const normal = after === 0 ? 0 : this.statement(block, after);
    for (const jump of pending) {
      const before = [...this.jumps];
      const state = jump.state === 0 ? 0 : this.statement(block, jump.state);
      // A second failure on the way out of one that is only supposed says nothing.
      if (jump.kind === 'call') this.jumps = before;
      if (state !== 0) this.jumps.push({ ...jump, state });
    }
    this.finallyDepth--;
    return normal;
  }

  private optional(expression: ts.Expression | undefined, states: States): States {
    return expression ? this.expression(expression, states) : states;
  }

  private expression(node: ts.Node, states: States): States {
    if (++this.depth > MAX_DEPTH) {
      this.depth--;
      return states;
    }
    const after = this.expressionInner(node, states);
    this.depth--;
    return after;
  }

  private expressionInner(node: ts.Node, states: States): States {
    if (isFunctionNode(node) || ts.isClassExpression(node)) return this.apply(node, states);
    if (ts.isConditionalExpression(node)) {
      const { yes, no } = this.split(node.condition, this.expression(node.condition, states));
      return this.expression(node.whenTrue, yes) | this.expression(node.whenFalse, no);
    }
    if (ts.isBinaryExpression(node) && isShortCircuit(node.operatorToken.kind)) return this.shortCircuit(node, states);
    const after = this.apply(node, this.children(node, states));
    if (ts.isAwaitExpression(node)) {
      if (!this.isCaught(node.expression)) this.mayReject(node, after);
    } else if ((ts.isCallExpression(node) && !this.question.isHarmless(node)) || ts.isNewExpression(node))
      this.mayThrow(node, states);
    return after;
  }

  private shortCircuit(node: ts.BinaryExpression, states: States): States {
    const left = this.expression(node.left, states);
    const { yes, no } = this.split(node.left, left);
    if (node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return no | this.expression(node.right, yes);
    return left | this.expression(node.right, left);
  }

  private children(node: ts.Node, states: States): States {
    let current = states;
    ts.forEachChild(node, (child) => {
      if (!ts.isTypeNode(child)) current = this.expression(child, current);
    });
    return current;
  }

  private apply(node: ts.Node, states: States): States {
    const effect = this.question.effectOf(node);
    if (effect === 'opens') return OPEN;
    return effect === 'closes' ? (states & ~LIVE) | (states & LIVE ? CLOSED : 0) : states;
  }

  /** `work.catch(() => undefined)`: a promise that answers its rejection with a value, or by a log line. */
  private isCaught(promise: ts.Expression): boolean {
    const node = unwrap(promise);
    if (this.question.neverRejects?.(node)) return true;
    if (ts.isCallExpression(node) && SETTLES.test(node.expression.getText())) return true;
    const handler = ts.isCallExpression(node) && calleeName(node) === 'catch' ? argument(node, 0) : undefined;
    const caught = handler && unwrap(handler);
    if (!caught || !isFunctionNode(caught) || !caught.body) return false;
    if (ts.isBlock(caught.body)) return caught.body.statements.length === 0;
    const value = unwrap(caught.body);
    return isValue(value) || (ts.isCallExpression(value) && this.question.isHarmless(value));
  }

  private mayReject(node: ts.Node, states: States): void {
    if (states & LIVE) this.jumps.push({ kind: 'reject', node, state: states });
    else this.mayThrow(node, states);
  }

  /** One call stands for all that may throw in the same states: they end up in the same places. */
  private mayThrow(node: ts.Node, states: States): void {
    const isKnown = this.jumps.some(({ kind, state }) => kind === 'call' && (state & states) === states);
    if (!isKnown) this.jumps.push({ kind: 'call', node, state: states });
  }
}

/** Written down as it is, so that nothing runs that could fail. */
function isValue(node: ts.Expression): boolean {
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0;
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0;
  return ts.isLiteralExpression(node) || ts.isIdentifier(node) || isKeywordValue(node.kind);
}

function isKeywordValue(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.NullKeyword || kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword
  );
}

function isException({ kind }: Jump): boolean {
  return kind === 'throw' || kind === 'reject' || kind === 'call';
}

function isEndless(node: ts.IterationStatement): boolean {
  if (ts.isForStatement(node)) return node.condition === undefined;
  return (
    (ts.isWhileStatement(node) || ts.isDoStatement(node)) && unwrap(node.expression).kind === ts.SyntaxKind.TrueKeyword
  );
}

function isShortCircuit(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}
