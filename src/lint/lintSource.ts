import { errorMessage, type Log } from '../base/log';
import type { Registry } from '../base/registry';
import type { FileModel, ModuleLinker } from './model';
import { attributeWrites, type AttributeWrite } from './otel/attributeWrites';
import { spanStarts, type SpanStart } from './otel/spanStarts';
import { ParsedFile } from './parsedFile';
import { MAX_TEXT, mayHaveFindings } from './prefilter';
import type { Finding, LintContext, LintOptions, ProjectFacts, Rule, RuleFinding } from './rule';
import { UNUSED_SUPPRESSION } from '../protocol/analysis';
import { runTimeRules } from './runTime/index';
import { type FileSites, fileSites, siteOfFinding } from './spanSites';
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

export interface LintResult {
  readonly findings: readonly RuleFinding[];
  /** Some answer could change with types. */
  readonly wantsTypes: boolean;
  /** What types were asked of, when there were none. */
  readonly asked?: readonly ts.Expression[];
  readonly file: ParsedFile | undefined;
  /** Where it was asked for. */
  readonly sites?: FileSites;
}

const NOTHING: LintResult = { findings: [], wantsTypes: false, file: undefined };

/** Runs the rules over one file. A rule that throws is reported to the log and the others go on. */
export function lintSource(rules: Registry<Rule>, request: LintRequest): LintResult {
  const { text, options } = request;
  if (text.length > MAX_TEXT || !mayHaveFindings(text, options.wrappers)) return NOTHING;
  return lintFile(rules, new ParsedFile(request.path, text, request.modules), request);
}

/** As {@link lintSource}, for a file that is parsed already. */
export function lintFile(rules: Registry<Rule>, file: ParsedFile, request: LintRequest): LintResult {
  const untyped = new UntypedOracle();
  const context = new FileContext(file, request, typed(file, request.types ?? untyped));
  const findings: RuleFinding[] = [];
  const suppressions = readSuppressions(file.source);
  for (const rule of rules) {
    if (request.skip?.has(rule.id)) continue;
    let asked = untyped.asked;
    context.receive = (finding) => {
      const provisional = untyped.asked > asked;
      asked = untyped.asked;
      if (!suppressions.covers(rule.id, finding)) findings.push({ ...finding, rule: rule.id, provisional });
    };
    try {
      rule.check(context);
    } catch (error) {
      request.log.error(
        `Rule ${rule.id} failed on ${file.path}: ${errorMessage(error)}; its findings there are missing`,
      );
    }
  }
  if (request.reportUnused && !request.skip?.has(UNUSED_SUPPRESSION))
    for (const comment of suppressions.unused())
      if (isSettled(rules, comment, request.skip)) findings.push(unusedSuppression(request.text, comment));
  findings.sort((a, b) => a.start - b.start || a.end - b.end);
  const reported = { findings: findings.filter(isFirst), wantsTypes: untyped.asked > 0, asked: untyped.nodes, file };
  return request.sites ? withSites(reported, context, suppressions) : reported;
}

function withSites(result: LintResult, context: LintContext, suppressions: Suppressions): LintResult {
  return {
    ...result,
    findings: result.findings.map((finding) => ({ ...finding, site: siteOfFinding(context, finding) })),
    sites: fileSites(context, (rule, range) => suppressions.at(rule, range)),
  };
}

/** What rules look at, for who asks about a file without looking for mistakes. */
export function contextOf(file: ParsedFile, request: LintRequest): LintContext {
  return new FileContext(file, request, typed(file, request.types ?? new UntypedOracle()));
}

function typed(file: ParsedFile, types: TypeOracle): TypeOracle {
  const all = new DeclaredTypes(file, types);
  file.types = all;
  return all;
}

/** Every rule that the comment names has run, or there is none of that name. Those of the run time have their say later. */
function isSettled(rules: Registry<Rule>, comment: Suppression, skip: ReadonlySet<string> | undefined): boolean {
  const named = comment.rules ?? [...rules].map(({ id }) => id);
  return [...named].every((id) => !skip?.has(id) && !runTimeRules.get(id));
}

/** Provisional: types may yet find what the comment suppresses. */
function unusedSuppression(text: string, comment: Suppression): RuleFinding {
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
    fixes: isLine ? [{ title: 'Remove the comment', edits: [edit], safe: true }] : [],
    tag: 'unnecessary',
    provisional: true,
  };
}

function isFirst(finding: RuleFinding, index: number, all: readonly RuleFinding[]): boolean {
  const before = all[index - 1];
  return !before || before.start !== finding.start || before.end !== finding.end || before.rule !== finding.rule;
}

class FileContext implements LintContext {
  private startsMade: readonly SpanStart[] | undefined;
  private writesMade: readonly AttributeWrite[] | undefined;
  receive: (finding: Finding) => void = () => {};

  constructor(
    readonly file: FileModel,
    private readonly request: LintRequest,
    readonly types: TypeOracle,
  ) {}

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
