import type { FileModel } from '../model';
import { calleeName, lastName, namePath, receiver, unwrapAwait } from '../syntax/nodes';
import { ts } from '../ts';
import type { TypeFacts, TypeOracle } from '../types/typeOracle';
import {
  isAboutSensitive,
  isAddressOfMachine,
  isNameOfThing,
  sensitiveByName,
  type SensitiveClass,
  type SensitiveGroup,
} from './sensitiveNames';
import { looksLikePassword, shapeOfText } from './sensitiveText';
import { splitWords } from './words';

export interface SensitiveValue {
  /** The part of the expression that holds the data. */
  readonly at: ts.Expression;
  readonly class: Pick<SensitiveClass, 'id' | 'what' | 'numeric'>;
  /** How it shows, for the message: a name or a shape. */
  readonly evidence: string;
  /** What tells it: the shape of a text, the properties of a type, a name, or that an object is called a person. */
  readonly basis: 'shape' | 'type' | 'name' | 'object';
  /** Of a name: it means one thing. */
  readonly isPlain: boolean;
}

const MAX_DEPTH = 4;

/** Finds personal data or secrets in what an expression evaluates to. */
export class SensitiveReader {
  constructor(
    private readonly file: FileModel,
    private readonly types: TypeOracle,
    private readonly group: SensitiveGroup,
  ) {}

  /** The first sensitive part of a value, by the names of what it is made of and by the shape of its text. */
  inValue(expression: ts.Expression, depth = 0): SensitiveValue | undefined {
    if (depth > MAX_DEPTH) return undefined;
    const node = unwrapAwait(expression);
    const text = textOf(node);
    if (text !== undefined) return this.inText(node, text);
    if (isAboutData(node)) return undefined;
    if (ts.isTemplateExpression(node))
      return (
        this.first(
          node.templateSpans.map((span) => span.expression),
          depth,
        ) ?? this.inText(node, node.head.text)
      );
    if (ts.isBinaryExpression(node)) return isJoin(node) ? this.first([node.left, node.right], depth) : undefined;
    if (ts.isConditionalExpression(node)) return this.first([node.whenTrue, node.whenFalse], depth);
    if (ts.isArrayLiteralExpression(node))
      return this.first(
        node.elements.filter((each) => !ts.isSpreadElement(each)),
        depth,
      );
    if (ts.isCallExpression(node)) return this.inCall(node, depth);
    if (ts.isNewExpression(node)) return this.first(node.arguments ?? [], depth);
    if (ts.isIdentifier(node) || ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
      return this.inName(node, depth);
    return undefined;
  }

  /** Whether a value that goes by a telling name really holds the data: not a flag, a hash, a count or one of few texts. */
  canHold(found: Pick<SensitiveClass, 'id' | 'numeric'>, expression: ts.Expression): boolean {
    const node = unwrapAwait(expression);
    if (isAboutData(node) || isProtected(node) || isAboutSensitive(lastName(node) ?? '')) return false;
    const source = this.sourceOf(node);
    if (source && source !== node && !this.canHold(found, source)) return false;
    const text = textOf(node);
    if (text !== undefined)
      return this.inText(node, text) !== undefined || (found.id === 'password' && looksLikePassword(text));
    if (ts.isNumericLiteral(node)) return false;
    const facts = this.types.factsOf(node);
    return facts === undefined || holdsText(facts) || (found.numeric && facts.primitive === 'number');
  }

  private first(expressions: readonly ts.Expression[], depth: number): SensitiveValue | undefined {
    for (const expression of expressions) {
      const found = this.inValue(expression, depth + 1);
      if (found) return found;
    }
    return undefined;
  }

  private inText(at: ts.Expression, text: string): SensitiveValue | undefined {
    const shape = shapeOfText(text, this.group);
    return (
      shape && {
        at,
        class: { id: shape.id, what: shape.what, numeric: true },
        evidence: shape.evidence,
        basis: 'shape',
        isPlain: true,
      }
    );
  }

  private inName(node: ts.Expression, depth: number): SensitiveValue | undefined {
    const name = lastName(node);
    if (name === undefined) return undefined;
    const found = this.isPutTogether(node) ? undefined : this.byName(node, name);
    if (found) return this.canHold(found.class, node) ? found : undefined;
    const source = ts.isIdentifier(node) && !isAboutSensitive(name) ? this.sourceOf(node) : undefined;
    const inner = source && this.inValue(source, depth + 1);
    // `const deviceId = username`: what may mean several things is what the name says.
    if (!inner || (!inner.isPlain && /(Id|_id|^id)s?$/.test(name))) return undefined;
    return { ...inner, at: node };
  }

  /** `const fullName = [module, name].join(':')`: what it is made of says better what it is. */
  private isPutTogether(node: ts.Expression): boolean {
    const source = ts.isIdentifier(node) && /^full_?name$/i.test(node.text) ? this.sourceOf(node) : undefined;
    if (!source) return false;
    return (
      ts.isTemplateExpression(source) ||
      ts.isBinaryExpression(source) ||
      (ts.isCallExpression(source) && calleeName(source) === 'join')
    );
  }

  private byName(node: ts.Expression, name: string): SensitiveValue | undefined {
    const path = namePath(node) ?? [name];
    if (this.group === 'pii' && isConfiguration(path)) return undefined;
    const match = this.byOwner(path) ?? sensitiveByName(name, this.group);
    if (/^(full)?name$/.test(match?.class.id ?? '') && isNameOfThing(path.at(-2) ?? '')) return undefined;
    if (isAddressOfMachine(path.at(-2) ?? '', match?.class)) return undefined;
    return (
      match && {
        at: node,
        class: match.class,
        evidence: `\`${path.slice(-2).join('.')}\``,
        basis: 'name',
        isPlain: match.class.sure === 'certain',
      }
    );
  }

  /** `user.name`, `address.street`: the name tells only together with its owner. */
  private byOwner(path: readonly string[]): ReturnType<typeof sensitiveByName> {
    const owner = path.at(-2);
    return owner === undefined || owner === 'this'
      ? undefined
      : sensitiveByName(`${splitWords(owner).at(-1) ?? ''}.${path.at(-1)!}`, this.group);
  }

  private inCall(call: ts.CallExpression, depth: number): SensitiveValue | undefined {
    if (isProtected(call)) return undefined;
    const name = calleeName(call);
    if (name === undefined) return undefined;
    const on = receiver(call);
    if (on && HANDS_ON.has(name)) return this.inValue(on, depth + 1);
    if (name === 'stringify' || name === 'inspect' || name === 'String' || name === 'toString')
      return this.first(call.arguments, depth);
    if (name === 'join' && on) return this.inValue(on, depth + 1);
    const getter = /^(?:get|fetch|read|load|find|extract|resolve)(?=[A-Z])/.exec(name);
    const header = name === 'get' || name === 'header' || name === 'getHeader' ? textOf(call.arguments[0]) : undefined;
    const subject = header ?? (getter ? name.slice(getter[0].length).replace(SOURCE, '') : undefined);
    return subject === undefined ? undefined : this.byName(call, subject);
  }

  private sourceOf(node: ts.Expression): ts.Expression | undefined {
    const binding = this.file.scopes.bindingOf(node);
    const declaration = binding?.declarations[0]?.parent;
    if (
      !binding ||
      !declaration ||
      !ts.isVariableDeclaration(declaration) ||
      binding.references.some((each) => each.writes)
    )
      return undefined;
    return declaration.initializer && unwrapAwait(declaration.initializer);
  }

  /** Personal data that comes along when a whole object is written: by its type's properties, else by what it is called. */
  inObject(expression: ts.Expression): SensitiveValue | undefined {
    const node = unwrapAwait(expression);
    const facts = this.types.factsOf(node);
    for (const property of facts?.properties ?? []) {
      const match =
        property.finite || property.primitive === 'boolean' ? undefined : sensitiveByName(property.name, this.group);
      if (match && (property.primitive !== 'number' || match.class.numeric))
        return {
          at: node,
          class: match.class,
          evidence: `its property \`${property.name}\``,
          basis: 'type',
          isPlain: true,
        };
    }
    if (facts?.properties) return undefined;
    const name = lastName(node);
    const last = name === undefined ? undefined : splitWords(name).at(-1);
    if (this.group !== 'pii' || last === undefined || !PEOPLE.has(last)) return undefined;
    return {
      at: node,
      class: { id: 'person', what: 'data of a person', numeric: true },
      evidence: `all of \`${name}\``,
      basis: 'object',
      isPlain: false,
    };
  }
}

/** From what, or by what, a function gets its result: `roomFromToken`, `userByEmail`. */
const SOURCE = /(?<=[a-z])(From|By|Of|For|With|In|Using|Via)[A-Z]\w*$/;

const PEOPLE = new Set(
  'user customer person patient profile member contact employee cardholder passenger guest student'.split(' '),
);
const HANDS_ON = new Set(
  'trim toLowerCase toUpperCase toString normalize valueOf padStart padEnd slice substring concat split at replace replaceAll'.split(
    ' ',
  ),
);

const PROTECTING = new Set(
  'hash hashed sha1 sha256 sha512 md5 hmac digest mask masked redact redacted anonymize anonymise pseudonymize pseudonymise encrypt tokenize scrub obfuscate obscure sanitize sanitise fingerprint checksum bcrypt blake2 blake3 xxhash murmur partial last4 truncate domain'.split(
    ' ',
  ),
);

/** The value went through a function that hides it: `hash(email)`, `createHash('sha256').update(email).digest('hex')`. */
export function isProtected(expression: ts.Expression): boolean {
  let node = unwrapAwait(expression);
  while (ts.isCallExpression(node)) {
    const name = calleeName(node);
    if (name !== undefined && splitWords(name).some((word) => PROTECTING.has(word))) return true;
    const on = receiver(node);
    if (!on) return false;
    node = unwrapAwait(on);
  }
  return false;
}

/** A statement about data rather than the data: a flag, a length, a comparison. */
function isAboutData(node: ts.Expression): boolean {
  if (ts.isPrefixUnaryExpression(node)) return node.operator === ts.SyntaxKind.ExclamationToken;
  if (ts.isTypeOfExpression(node)) return true;
  if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) return true;
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'length' || node.name.text === 'size';
  if (ts.isCallExpression(node)) return ABOUT.has(calleeName(node) ?? '');
  return ts.isBinaryExpression(node) && isComparison(node.operatorToken.kind);
}

const ABOUT = new Set(
  'Boolean Number parseInt parseFloat includes startsWith endsWith test has some every indexOf isArray'.split(' '),
);

function isComparison(kind: ts.SyntaxKind): boolean {
  switch (kind) {
    case ts.SyntaxKind.EqualsEqualsToken:
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsToken:
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
    case ts.SyntaxKind.LessThanToken:
    case ts.SyntaxKind.GreaterThanToken:
    case ts.SyntaxKind.LessThanEqualsToken:
    case ts.SyntaxKind.GreaterThanEqualsToken:
    case ts.SyntaxKind.InKeyword:
    case ts.SyntaxKind.InstanceOfKeyword:
      return true;
    default:
      return false;
  }
}

function isJoin(node: ts.BinaryExpression): boolean {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return true;
    default:
      return false;
  }
}

/** Settings are the operator's own: `process.env.SMTP_EMAIL`, `config.email`. */
function isConfiguration(path: readonly string[]): boolean {
  return path.some(
    (name, index) => index < path.length - 1 && /^(env|config|configuration|settings|constants|conf)$/i.test(name),
  );
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function holdsText(facts: TypeFacts): boolean {
  return (
    facts.finite === undefined &&
    facts.primitive !== 'boolean' &&
    facts.primitive !== 'number' &&
    facts.primitive !== 'bigint'
  );
}
