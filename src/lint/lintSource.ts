import { errorMessage, type Log } from '../base/log';
import type { Registry } from '../base/registry';
import type { ModuleLinker } from './model';
import { attributeWrites, type AttributeWrite } from './otel/attributeWrites';
import { spanStarts, type SpanStart } from './otel/spanStarts';
import { ParsedFile } from './parsedFile';
import { MAX_TEXT, mayHaveFindings } from './prefilter';
import {
  NO_FIXES,
  type Finding,
  type Fix,
  type LintContext,
  type LintOptions,
  type ProjectFacts,
  type Rule,
  type RuleFinding,
} from './rule';
import { UNUSED_SUPPRESSION } from '../protocol/analysis';
import { runTimeRules } from './runTime/index';
import { type FileSites, fileSites, siteOfFinding } from './spanSites';
import { foldRepeated } from './repeated';
import { readSuppressions, type Suppression, type Suppressions } from './suppressions';
import type { ts } from './ts';
import { DeclaredTypes } from './types/declaredTypes';
import { UntypedOracle, type TypeOracle } from './types/typeOracle';

export interface LintRequest {
  readonly path: string;
  readonly text: string;
  readonly options: LintOptions;
  readonly project: ProjectFacts;
  readonly modules: ModuleLinker;
  /** Left out: syntax alone. */
  readonly types?: TypeOracle;
  /** Rules that are switched off. */
  readonly skip?: ReadonlySet<string>;
  /** Comments that suppress nothing are reported; all rules must run for that. */
  readonly reportUnused?: boolean;
  /** The result says where the spans of the findings are made. */
  readonly sites?: boolean;
  readonly log: Log;
}

/** What a comment keeps from being reported, without its fixes, which would hold on to the parsed file. */
export interface SuppressedFinding extends Omit<Finding, 'fixes'> {
  readonly fixes?: undefined;
  readonly rule: string;
  /** What the comment gives for a reason. */
  readonly reason: string | undefined;
}

export interface LintResult {
  readonly findings: readonly RuleFinding[];
  readonly suppressed: readonly SuppressedFinding[];
  /** Some answer could change with types. */
  readonly wantsTypes: boolean;
  /** What types were asked of, when there were none. */
  readonly asked?: readonly ts.Expression[];
  readonly file: ParsedFile | undefined;
  /** Where it was asked for. */
  readonly sites?: FileSites;
  /** For {@link lintAgain}. */
  readonly pass?: Pass;
}

/** What one look at a file leaves for another that knows types. */
interface Pass {
  readonly context: FileContext;
  /** What types were asked of by what all rules share: the kinds of receivers, and with them where spans start. */
  readonly shared: readonly ts.Expression[];
  readonly byRule: ReadonlyMap<string, RulePass>;
}

interface RulePass {
  /** What the rule itself asked types of. */
  readonly asked: readonly ts.Expression[];
  /** Before doubles are taken out. */
  readonly findings: readonly RuleFinding[];
  readonly suppressing: readonly Suppression[];
  readonly suppressed: readonly SuppressedFinding[];
}

const NOTHING: LintResult = { findings: [], suppressed: [], wantsTypes: false, file: undefined };

/** Runs the rules over one file. A rule that throws is reported to the log and the others go on. */
export function lintSource(rules: Registry<Rule>, request: LintRequest): LintResult {
  const { text, options } = request;
  if (text.length > MAX_TEXT || !mayHaveFindings(text, options.wrappers)) return NOTHING;
  return lintFile(rules, new ParsedFile(request.path, text, request.modules), request);
}

/** As {@link lintSource}, for a file that is parsed already. */
export function lintFile(rules: Registry<Rule>, file: ParsedFile, request: LintRequest): LintResult {
  const shared = new UntypedOracle();
  const own = new UntypedOracle();
  file.types = new DeclaredTypes(file, request.types ?? shared);
  const context = new FileContext(file, request, new DeclaredTypes(file, request.types ?? own));
  const byRule = new Map<string, RulePass>();
  for (const rule of rules)
    if (!request.skip?.has(rule.id)) byRule.set(rule.id, runRule(rule, context, { shared, own }));
  return resultOf(rules, { context, shared: shared.nodes, byRule });
}

/**
 * A second look at a file whose first had no types: by the rules alone whose questions are answered now, unless what all of them share
 * hangs on an answer. The others would say the same. Settings must be those of the first look.
 */
export function lintAgain(rules: Registry<Rule>, { context, shared, byRule }: Pass, types: TypeOracle): LintResult {
  const isAnswered = (node: ts.Expression) => types.factsOf(node) !== undefined;
  const { file, request } = context;
  if (shared.some(isAnswered)) return lintFile(rules, file, { ...request, types });
  file.learn(new DeclaredTypes(file, types));
  context.types = new DeclaredTypes(file, types);
  const untyped = new UntypedOracle();
  const again = new Map<string, RulePass>();
  for (const rule of rules) {
    const before = byRule.get(rule.id);
    if (!before) continue;
    const isOther = before.asked.some(isAnswered);
    again.set(rule.id, isOther ? runRule(rule, context, { shared: untyped, own: untyped }) : settled(before));
  }
  return resultOf(rules, { context, shared: [], byRule: again });
}

function settled(pass: RulePass): RulePass {
  return { ...pass, asked: [], findings: pass.findings.map((finding) => ({ ...finding, provisional: false })) };
}

/** `own` and `shared` hear of the questions that have no answer yet. */
function runRule(
  rule: Rule,
  context: FileContext,
  { shared, own }: { readonly shared: UntypedOracle; readonly own: UntypedOracle },
): RulePass {
  const { request, suppressions } = context;
  const findings: RuleFinding[] = [];
  const suppressing: Suppression[] = [];
  const suppressed: SuppressedFinding[] = [];
  const before = own.asked;
  let asked = own.asked + shared.asked;
  context.receive = (finding) => {
    const provisional = own.asked + shared.asked > asked;
    asked = own.asked + shared.asked;
    const comments = suppressions.covering(rule.id, finding);
    suppressing.push(...comments);
    if (comments.length > 0) {
      const reason = comments.find((comment) => comment.reason)?.reason;
      suppressed.push({ ...finding, fixes: undefined, rule: rule.id, reason });
      return;
    }
    findings.push({ ...finding, rule: rule.id, provisional, fixes: fixesOf(rule, finding, context) });
  };
  try {
    rule.check(context);
  } catch (error) {
    request.log.error(
      `Rule ${rule.id} failed on ${context.file.path}: ${errorMessage(error)}; its findings there are missing`,
    );
  }
  return { asked: own.nodes.slice(before), findings, suppressing, suppressed };
}

/** As with the check itself, a fault in a fix costs that fix alone. */
function fixesOf({ id }: Rule, { fixes = NO_FIXES }: Finding, { file, request }: FileContext): () => readonly Fix[] {
  return () => {
    try {
      return fixes();
    } catch (error) {
      request.log.error(
        `Rule ${id} failed to make its fixes for ${file.path}: ${errorMessage(error)}; they are missing there`,
      );
      return [];
    }
  };
}

function resultOf(rules: Registry<Rule>, pass: Pass): LintResult {
  const { context, shared, byRule } = pass;
  const { request, file, suppressions } = context;
  const passes = [...byRule];
  const findings = passes.flatMap(([, each]) => foldRepeated(each.findings));
  const asked = [...shared, ...passes.flatMap(([, each]) => each.asked)];
  if (request.reportUnused && !request.skip?.has(UNUSED_SUPPRESSION)) {
    const used = new Set(passes.flatMap(([, { suppressing }]) => suppressing));
    for (const comment of suppressions.all)
      if (!used.has(comment) && isSettled(rules, comment, request.skip))
        findings.push({ ...unusedSuppression(request.text, comment), provisional: asked.length > 0 });
  }
  findings.sort((a, b) => a.start - b.start || a.end - b.end);
  const suppressed = passes.flatMap(([, each]) => each.suppressed);
  const result = { findings: findings.filter(isFirst), suppressed, wantsTypes: asked.length > 0, asked, file, pass };
  return request.sites ? withSites(result, context, suppressions) : result;
}

function withSites(result: LintResult, context: LintContext, suppressions: Suppressions): LintResult {
  return {
    ...result,
    findings: result.findings.map((finding) => ({ ...finding, site: siteOfFinding(context, finding) })),
    sites: fileSites(context, (rule, range) => suppressions.covering(rule, range)[0]),
  };
}

/** What rules look at, for who asks about a file without looking for mistakes. */
export function contextOf(file: ParsedFile, request: LintRequest): LintContext {
  const types = new DeclaredTypes(file, request.types ?? new UntypedOracle());
  file.types = types;
  return new FileContext(file, request, types);
}

/** Every rule that the comment names has run, or there is none of that name. Those of the run time have their say later. */
function isSettled(rules: Registry<Rule>, comment: Suppression, skip: ReadonlySet<string> | undefined): boolean {
  const named = comment.rules ?? [...rules].map(({ id }) => id);
  return [...named].every((id) => !skip?.has(id) && !runTimeRules.get(id));
}

function unusedSuppression(text: string, comment: Suppression): Omit<RuleFinding, 'provisional'> {
  const lineStart = text.lastIndexOf('\n', comment.start - 1) + 1;
  const lineEnd = text.indexOf('\n', comment.end);
  const isAlone = text.slice(lineStart, comment.start).trim() === '' && lineEnd >= 0;
  const isLine = text.startsWith('//', comment.start);
  const edit = isAlone
    ? { start: lineStart, end: lineEnd + 1, text: '' }
    : { start: comment.start, end: comment.end, text: '' };
  const what = comment.rules ? [...comment.rules].join(', ') : 'any rule';
  return {
    rule: UNUSED_SUPPRESSION,
    start: comment.start,
    end: comment.end,
    message: `This comment suppresses nothing: there is no finding of ${what} here. Remove it, so that it hides none that comes later.`,
    confidence: 'likely',
    fixes: () => (isLine ? [{ title: 'Remove the comment', edits: [edit], safe: true }] : []),
    tag: 'unnecessary',
  };
}

function isFirst(finding: RuleFinding, index: number, all: readonly RuleFinding[]): boolean {
  const before = all[index - 1];
  return !before || before.start !== finding.start || before.end !== finding.end || before.rule !== finding.rule;
}

class FileContext implements LintContext {
  private startsMade: readonly SpanStart[] | undefined;
  private writesMade: readonly AttributeWrite[] | undefined;
  private suppressionsMade: Suppressions | undefined;
  receive: (finding: Finding) => void = () => {};

  constructor(
    readonly file: ParsedFile,
    readonly request: LintRequest,
    public types: TypeOracle,
  ) {}

  get suppressions(): Suppressions {
    return (this.suppressionsMade ??= readSuppressions(this.file.source));
  }

  get project(): ProjectFacts {
    return this.request.project;
  }

  get options(): LintOptions {
    return this.request.options;
  }

  get starts(): readonly SpanStart[] {
    return (this.startsMade ??= spanStarts(this.file, this.options.wrappers));
  }

  get writes(): readonly AttributeWrite[] {
    return (this.writesMade ??= attributeWrites(this.file, this.starts));
  }

  report(finding: Finding): void {
    this.receive(finding);
  }
}
