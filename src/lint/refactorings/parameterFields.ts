import type { LintContext } from '../rule';
import { propertyName, unwrap } from '../syntax/nodes';
import type { FunctionNode } from '../syntax/walk';
import { ts } from '../ts';
import type { TypeFacts } from '../types/typeOracle';
import { sensitiveByName } from '../values/sensitiveNames';
import { splitWords } from '../values/words';

/** A primitive value that a function gets. */
export interface ParameterField {
  /** Words of its name: `['order', 'id']`. */
  readonly words: readonly string[];
  /** How it is read: `orderId`, `order.id`, `order?.id`. */
  readonly text: string;
  /** May be undefined, which `setAttributes` takes and `setAttribute` does not. */
  readonly optional: boolean;
}

export interface ParameterFields {
  readonly fields: readonly ParameterField[];
  /** Left out for what they hold: `user.email`. */
  readonly sensitive: readonly string[];
}

const MAX_FIELDS = 12;

/** Texts of any length that say little in a trace. */
const BULKY = new Set(
  'body content contents text html payload data buffer json xml raw description comment note notes prompt message markdown code sql query script source template blob'.split(
    ' ',
  ),
);

/** The parameters whose types are primitive, and the primitive properties of those that are objects; without what must not leave the program. */
export function parameterFields(context: LintContext, node: FunctionNode): ParameterFields {
  const fields: ParameterField[] = [];
  const sensitive: string[] = [];
  const add = (words: readonly string[], text: string, { nullable, optional }: Absence) => {
    if (sensitiveByName(words.join('_')) ?? sensitiveByName(text.replaceAll(/\W+/g, '_'))) sensitive.push(text);
    else if (!BULKY.has(words.at(-1)!))
      fields.push({
        words,
        text: nullable ? `${text} ?? undefined` : text,
        optional: nullable === true || optional === true,
      });
  };
  for (const { name, facts, isOptional } of named(context, node)) {
    if (facts === undefined) continue;
    const words = splitWords(name);
    const optional = isOptional || facts.optional === true;
    if (isAttribute(facts.primitive)) add(words, name, { nullable: facts.nullable, optional });
    else if (!sensitiveByName(name))
      for (const property of facts.properties ?? []) {
        if (!isAttribute(property.primitive) || !isIdentifier(property.name)) continue;
        const isDirect = !optional && !facts.nullable;
        const absence = { nullable: property.nullable, optional: !isDirect || property.optional };
        add([...words, ...splitWords(property.name)], `${name}${isDirect ? '.' : '?.'}${property.name}`, absence);
      }
  }
  return { fields: fields.slice(0, MAX_FIELDS), sensitive };
}

type Absence = Pick<TypeFacts, 'nullable' | 'optional'>;

function isAttribute(primitive: TypeFacts['primitive']): boolean {
  return primitive !== undefined && primitive !== 'bigint';
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}

interface Named {
  readonly name: string;
  readonly facts: TypeFacts | undefined;
  readonly isOptional: boolean;
}

/** The names that a function's parameters declare, taken apart or not. */
function named({ types }: LintContext, node: FunctionNode): Named[] {
  const found: Named[] = [];
  for (const parameter of node.parameters) {
    if (parameter.dotDotDotToken) continue;
    const isOptional = parameter.questionToken !== undefined;
    const pending: { name: ts.BindingName; isOptional: boolean }[] = [{ name: parameter.name, isOptional }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { name } = next;
      if (ts.isIdentifier(name)) {
        if (name.text === 'this' || name.text.startsWith('_')) continue;
        const facts = types.factsOf(name) ?? factsOfDefault(name);
        found.push({ name: name.text, facts, isOptional: next.isOptional });
      } else if (ts.isObjectBindingPattern(name))
        for (const element of [...name.elements].reverse())
          if (
            !element.dotDotDotToken &&
            (ts.isIdentifier(element.name) || propertyName(element.propertyName) !== undefined)
          )
            pending.push({ name: element.name, isOptional: element.initializer === undefined });
    }
  }
  return found;
}

/** What `limit = 10` says without types. */
function factsOfDefault({ parent }: ts.Identifier): TypeFacts | undefined {
  if (!ts.isParameter(parent) && !ts.isBindingElement(parent)) return undefined;
  const { initializer } = parent;
  if (!initializer) return undefined;
  if (ts.isStringLiteralLike(initializer)) return { primitive: 'string' };
  if (ts.isNumericLiteral(initializer)) return { primitive: 'number' };
  const { kind } = initializer;
  return kind === ts.SyntaxKind.TrueKeyword || kind === ts.SyntaxKind.FalseKeyword
    ? { primitive: 'boolean' }
    : undefined;
}

/** The text of a value as it is compared with what a span has already. */
export function valueText(expression: ts.Expression): string {
  let node = unwrap(expression);
  while (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    node = unwrap(node.left);
  return node.getText().replaceAll('?.', '.');
}
