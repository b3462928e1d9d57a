import { sureness, type GroundOf } from '../grounds';
import { keyText, quoted, rangeOf, replaceNode } from '../fixes/edits';
import { renameImport } from '../fixes/renameImport';
import type { AttributeWrite } from '../otel/attributeWrites';
import { importOf, requireOf } from '../otel/imports';
import type { Fix, LintContext, Rule } from '../rule';
import { bundledSemconv } from '../semconv/bundled';
import { constantFor, type Deprecation, type SemconvTable } from '../semconv/table';
import { calleeName, lastName, literalText, outerParent, unwrap } from '../syntax/nodes';
import type { Binding } from '../syntax/scopes';
import { ts } from '../ts';

const PACKAGE = '@opentelemetry/semantic-conventions';

/** Objects that hold constants, with how these were called afterwards. */
const TABLES: ReadonlyMap<string, string> = new Map([
  ['SemanticAttributes', 'SEMATTRS_'],
  ['SemanticResourceAttributes', 'SEMRESATTRS_'],
]);

/** Keys of the conventions that programs also use in a sense of their own. */
const AMBIGUOUS = new Set(['error.message', 'event.name', 'message.id', 'message.type', 'peer.service', 'state']);

export const deprecatedSemconv: Rule = {
  id: 'deprecated-semconv',
  title: 'An attribute that the semantic conventions have renamed or dropped',
  check(context) {
    const installed = context.project.semconv;
    const reader = new Reader(context, installed ?? bundledSemconv, installed !== undefined);
    for (const write of context.writes) reader.literal(write);
    reader.constants();
  },
};

class Reader {
  /** What the file has from the package, by `import` or by `require`. */
  private readonly brought: readonly Brought[];
  /** Keys that the file writes by any spelling: who writes the new key beside the old one is in the middle of moving. */
  private readonly written: ReadonlySet<string>;
  /** Which of the old and the new keys are written is a setting. */
  private readonly movesOnRequest: boolean;

  constructor(
    private readonly context: LintContext,
    private readonly table: SemconvTable,
    private readonly isInstalled: boolean,
  ) {
    this.brought = broughtInto(context);
    this.movesOnRequest = /SemconvStability|SEMCONV_STABILITY_OPT_IN/i.test(context.file.text);
    this.written = new Set([...context.writes.flatMap(({ key }) => key?.text ?? []), ...this.importedKeys()]);
  }

  /** A key written as text. */
  literal(write: AttributeWrite): void {
    if (!write.key || write.key.guessed || !write.keyNode || write.shape === 'shorthand') return;
    if (literalText(keyNodeOf(write)) === undefined && !ts.isIdentifier(write.keyNode)) return;
    const deprecation = this.deprecation(write.key.text);
    if (!deprecation || !isKeyText(write)) return;
    // Whoever blackens what an instrumentation has written takes the key that it wrote.
    if (/redact|mask|^\*+$/i.test(literalText(write.value) ?? '')) return;
    const rename = () => this.renameKey(write, deprecation);
    this.report(keyNodeOf(write)!, write.key.text, deprecation, rename, write.key.text);
  }

  /** Constants of the package: `SEMATTRS_HTTP_URL`, `SemanticAttributes.HTTP_URL`, `ATTR_HTTP_URL`. */
  constants(): void {
    for (const { binding, name } of this.brought) for (const { node } of binding.references) this.constant(node, name);
  }

  /** One use of a name imported from the package: a constant, or an object whose properties are constants. */
  private constant(use: ts.Identifier, imported: string): void {
    const access = ts.isPropertyAccessExpression(use.parent) && use.parent.expression === use ? use.parent : undefined;
    const isTable = TABLES.has(imported);
    if (access ? imported !== '*' && !isTable : !/^(ATTR|SEMATTRS|SEMRESATTRS)_/.test(imported)) return;
    const node = access ?? use;
    const name = !access ? imported : isTable ? `SEMATTRS_${access.name.text}` : access.name.text;
    const key = this.keyOf(name);
    const deprecation = key === undefined ? undefined : this.deprecation(key);
    if (key !== undefined && deprecation)
      this.report(node, key, deprecation, () => this.renameConstant(node, deprecation), name);
    else if (!isTable || !access) this.outdatedConstant(node, name);
    else this.outdatedConstant(node, `${TABLES.get(imported)!}${access.name.text}`, access.getText());
  }

  private importedKeys(): string[] {
    return this.brought.flatMap(({ binding, name }) => {
      const key = binding.references.length === 0 ? undefined : this.keyOf(name);
      return key ?? [];
    });
  }

  private keyOf(name: string): string | undefined {
    const known = this.table.constants.get(name);
    if (known) return known.key;
    return this.table.constants.get(name.replace(/^(SEMATTRS|SEMRESATTRS)_/, 'ATTR_'))?.key;
  }

  private deprecation(key: string): Deprecation | undefined {
    const found = this.table.deprecated.get(key);
    return found?.replacements.some((each) => this.written.has(each)) ? undefined : found;
  }

  private report(node: ts.Node, key: string, deprecation: Deprecation, fixes: () => Fix[], spelled: string): void {
    const isForReading = isRead(node);
    this.context.report({
      ...rangeOf(node),
      message: `\`${spelled}\` is outdated in the semantic conventions ${this.table.version}: ${advice(deprecation)}`,
      confidence: sureness(
        'deprecated-semconv',
        this.ground(key, deprecation, spelled !== key),
        this.movesOnRequest && 'onRequest',
        isForReading && 'reads',
      ),
      fixes: isForReading ? undefined : fixes,
      once: isForReading ? undefined : spelled,
      tag: 'deprecated',
    });
  }

  private ground(key: string, { kind }: Deprecation, isConstant: boolean): GroundOf<'deprecated-semconv'> {
    if (!isConstant) return AMBIGUOUS.has(key) ? 'ambiguous' : 'key';
    if (kind !== 'renamed') return 'notRenamed';
    return this.isInstalled ? 'symbol' : 'notInstalled';
  }

  /** A constant that only has a newer spelling; the key stays. */
  private outdatedConstant(node: ts.Node, name: string, spelled = name): void {
    const constant = this.table.constants.get(name);
    const instead = constant?.insteadUse;
    const target = instead === undefined ? undefined : this.table.constants.get(instead);
    if (!this.isInstalled) this.outdatedSpelling(node, name, spelled);
    if (!constant || !instead || !target || target.key !== constant.key) return;
    this.context.report({
      ...rangeOf(node),
      message: `\`${spelled}\` is an outdated constant of ${PACKAGE} ${this.table.version}: use \`${instead}\`${target.stable ? '' : ` of ${PACKAGE}/incubating`}, which is the same key.`,
      confidence: sureness('deprecated-semconv', 'notRenamed'),
      fixes: () =>
        target.stable && ts.isIdentifier(node) ? renameImport(this.context, node, PACKAGE, instead, true) : [],
      once: spelled,
      tag: 'deprecated',
    });
  }

  /** Without the package at hand: what was written so before its constants were called after their keys. */
  private outdatedSpelling(node: ts.Node, name: string, spelled: string): void {
    const old = /^(?:SEMATTRS|SEMRESATTRS)_([A-Z0-9_]+)$/.exec(name);
    if (!old) return;
    this.context.report({
      ...rangeOf(node),
      message: `\`${spelled}\` is an outdated constant of ${PACKAGE} since 1.26: use \`ATTR_${old[1]}\` of the package, or of its entry for what is not stable yet, which is the same key.`,
      confidence: sureness('deprecated-semconv', 'spelling'),
      once: spelled,
      tag: 'deprecated',
    });
  }

  private renameKey(write: AttributeWrite, deprecation: Deprecation): Fix[] {
    const [key] = deprecation.replacements;
    const keyNode = keyNodeOf(write);
    if (deprecation.kind !== 'renamed' || key === undefined || !keyNode) return [];
    const { source } = this.context.file;
    const text = write.shape === 'property' && keyNode === write.keyNode ? keyText(source, key) : quoted(source, key);
    return [{ title: `Rename to ${key}`, edits: [replaceNode(keyNode, text)], safe: false }];
  }

  private renameConstant(node: ts.Node, deprecation: Deprecation): Fix[] {
    const [key] = deprecation.replacements;
    if (deprecation.kind !== 'renamed' || key === undefined) return [];
    const name = constantFor(key);
    const constant = this.table.constants.get(name);
    if (ts.isIdentifier(node) && constant?.stable) return renameImport(this.context, node, PACKAGE, name, false);
    const { source } = this.context.file;
    return [{ title: `Write ${key}`, edits: [replaceNode(node, quoted(source, key))], safe: false }];
  }
}

interface Brought {
  readonly binding: Binding;
  /** In the package. */
  readonly name: string;
}

function broughtInto({ file: { modules, scopes } }: LintContext): Brought[] {
  if (!modules.some(({ module }) => module.startsWith(PACKAGE))) return [];
  return scopes.bindings.flatMap((binding) => {
    const declaration = binding.declarations[0];
    const from = importOf(declaration) ?? requireOf(declaration);
    return from?.module.startsWith(PACKAGE) ? [{ binding, name: from.name }] : [];
  });
}

/** `span.attributes[KEY]`, `has(span, KEY)`: whoever reads what others write has to know their old keys as well. */
function isRead(node: ts.Node): boolean {
  const place = outerParent(node);
  if (ts.isElementAccessExpression(place)) {
    const target = outerParent(place);
    const isWritten = ts.isBinaryExpression(target) && target.left === place && isAssignment(target);
    return !isWritten;
  }
  if (ts.isCallExpression(place))
    return (
      place.arguments.includes(node as ts.Expression) && !/^(set|add|with|put|record)/i.test(calleeName(place) ?? '')
    );
  return (
    ts.isCaseClause(place) ||
    ts.isArrayLiteralExpression(place) ||
    (ts.isBinaryExpression(place) && !isAssignment(place))
  );
}

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** The key itself: `['http.url']` stands in brackets. */
function keyNodeOf({ keyNode }: AttributeWrite): ts.Node | undefined {
  return keyNode && ts.isComputedPropertyName(keyNode) ? unwrap(keyNode.expression) : keyNode;
}

/** The key stands as text in the call or in the object literal. */
function isKeyText(write: AttributeWrite): boolean {
  const node = keyNodeOf(write)!;
  return literalText(node) !== undefined || (write.shape === 'property' && lastName(node) === write.key!.text);
}

function advice({ kind, replacements }: Deprecation): string {
  const named = replacements.map((key) => `\`${key}\``);
  if (kind === 'renamed') return `write ${named[0]}.`;
  if (kind === 'removed' || named.length === 0) return 'it was dropped, and nothing takes its place.';
  return `depending on its use, ${named.length > 1 ? `${named.slice(0, -1).join(', ')} or ${named.at(-1)}` : named[0]} takes its place.`;
}
