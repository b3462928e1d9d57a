import { sureness, type GroundOf } from '../grounds';
import { keyText, rangeOf, replaceNode } from '../fixes/edits';
import { removeFix } from '../fixes/sensitive';
import type { AttributeWrite } from '../otel/attributeWrites';
import { objectLiteralOf } from '../otel/attributeWrites';
import type { Finding, Fix, LintContext, Rule } from '../rule';
import { calleeName, literalText, propertyName, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { constantText } from '../values/constants';

const RULE = 'attribute-misplaced';

export const attributeMisplaced: Rule = {
  id: RULE,
  title: 'An attribute in the wrong place or of the wrong kind',
  check(context) {
    for (const write of context.writes) {
      if (checkKey(context, write)) continue;
      if (!checkPlace(context, write)) checkValue(context, write);
    }
    for (const start of context.starts)
      if (start.options && start.sure && start.form !== 'wrapper') checkOptions(context, start.options);
  },
};

/** Keys of the thing that makes the telemetry: they are the same for every span of a process. */
const RESOURCE_KEYS =
  /^(service\.(name|version|namespace|instance\.id)|telemetry\.(sdk|distro)\..+|deployment\.environment(\.name)?|host\.(name|id|arch|type|image\..+)|os\.(type|name|version|description)|process\.(pid|executable\..+|command(_line|_args)?|runtime\..+|owner)|k8s\.(pod|node|cluster|deployment|namespace|container)\..+|container\.(id|name|image\..+)|faas\.(name|version|instance))$/;

function checkPlace(context: LintContext, write: AttributeWrite): boolean {
  const key = write.key;
  if (write.target !== 'span' || !key || key.guessed || !RESOURCE_KEYS.test(key.text)) return false;
  context.report({
    ...rangeOf(write.keyNode ?? write.node),
    message: `"${key.text}" describes the process and not this span: backends read it from the resource, and some take a span that carries it for another service's. Set it once, in the resource of the SDK${key.text === 'service.name' ? ' or as OTEL_SERVICE_NAME' : ''}.`,
    confidence: sureness(
      RULE,
      isOwnService(context, write) ? 'ownService' : 'ofProcess',
      (isOfAnother(context, write) || isAskedFor(write)) && 'ofAnother',
      !write.sure && 'byName',
    ),
    fixes: () => removeFix(context, write),
  });
  return true;
}

/** Names of services that come from elsewhere may be those of others, such as of whom the span calls. */
function isOwnService({ file }: LintContext, { key, value }: AttributeWrite): boolean {
  return key?.text === 'service.name' && constantText(file, value)?.guessed === false;
}

/** What programs that run others say of them. */
const OF_RUNNERS = /^(container|k8s|host|os|process|faas)\./;

/** `event.environment` of what the function is handed, and a container's name in a variable: it may well speak of another process. */
function isOfAnother({ file }: LintContext, { key, value }: AttributeWrite): boolean {
  let root = unwrap(value);
  if (OF_RUNNERS.test(key?.text ?? '') && !OWN_FACT.test(value.getText()) && constantText(file, value) === undefined)
    return true;
  if (!ts.isPropertyAccessExpression(root)) return false;
  while (ts.isPropertyAccessExpression(root)) root = unwrap(root.expression);
  return file.scopes.bindingOf(root)?.kind === 'parameter';
}

/** `...(options.perService && { 'service.name': name })`: a setting says that it belongs here. */
function isAskedFor({ node, call }: AttributeWrite): boolean {
  for (let current: ts.Node = node; current.parent && current !== call; current = current.parent) {
    const { parent } = current;
    const condition = ts.isConditionalExpression(parent)
      ? parent.condition
      : ts.isBinaryExpression(parent) && parent.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken
        ? parent.left
        : undefined;
    if (condition && condition !== current && SETTING.test(condition.getText())) return true;
  }
  return false;
}

/** What a process knows of itself. */
const OWN_FACT = /\b(process|os|env|config(uration)?|hostname|settings)\b/i;

const SETTING = /\b(options?|opts|config(uration)?|settings|flags|process\.env)\b/i;

function checkKey(context: LintContext, write: AttributeWrite): boolean {
  const key = write.key?.text;
  if (key === undefined || write.key!.guessed || write.target === 'baggage' || !write.keyNode) return false;
  const fault = keyFault(key);
  if (fault === undefined) return false;
  const mended = key
    .trim()
    .replace(/\s+/g, '_')
    .replace(/\.{2,}/g, '.')
    .replace(/^\.+|\.+$/g, '');
  context.report({
    ...rangeOf(write.keyNode),
    message: `The key "${key}" ${fault}: it is dropped or cannot be searched for. Keys are words joined by dots and underscores, such as "cart.item_count".`,
    confidence: sureness(RULE, 'malformed', !write.sure && 'byName'),
    fixes: () => (mended === '' || literalText(write.keyNode) === undefined ? [] : rename(context, write, mended)),
  });
  return true;
}

function keyFault(key: string): string | undefined {
  if (key.trim() === '') return 'is empty';
  if (/\s/.test(key)) return 'holds white space';
  if (/^\.|\.$|\.\./.test(key)) return 'has a dot with nothing beside it';
  return undefined;
}

function rename(context: LintContext, write: AttributeWrite, key: string): Fix[] {
  if (context.writes.some((other) => other.call === write.call && other.key?.text === key)) return [];
  const text =
    write.shape === 'property'
      ? keyText(context.file.source, key)
      : `${context.file.text[write.keyNode!.getStart()]}${key}${context.file.text[write.keyNode!.getStart()]}`;
  return [{ title: `Rename to ${key}`, edits: [replaceNode(write.keyNode!, text)], safe: false }];
}

/** Keys whose values the conventions fix as whole numbers. */
const INTEGER_KEYS =
  /^((http|rpc\.grpc)\.(response\.)?status_code|(server|client|network\.(peer|local)|net\.(peer|host))\.port|http\.(request|response)\.(body\.)?size|http\.request\.resend_count|gen_ai\.usage\.(input|output)_tokens|messaging\.batch\.message_count|db\.response\.returned_rows|db\.operation\.batch\.size|thread\.id|code\.line\.number|process\.pid)$/;

function checkValue(context: LintContext, write: AttributeWrite): void {
  if (write.shape === 'spread' || write.shape === 'whole' || write.target === 'baggage') return;
  if (write.target === 'log') return; // log records may hold objects, too
  const value = unwrap(write.value);
  const kind = unsendable(value);
  if (kind !== undefined) {
    reportValue(
      context,
      write,
      `is ${kind}, which no attribute can hold: the SDK drops it with a warning. Send text, a number, a boolean or an array of one of these`,
      'unsendable',
    );
    return;
  }
  if (!write.key || !INTEGER_KEYS.test(write.key.text)) return;
  if (ts.isStringLiteralLike(value) || ts.isTemplateExpression(value))
    reportValue(
      context,
      write,
      'is text where the conventions ask for a number: comparisons and ranges on it find nothing. Send the number',
      'unsendable',
      () => numberFix(value),
    );
  else if (ts.isCallExpression(value) && /^(String|toString|toFixed)$/.test(calleeName(value) ?? ''))
    reportValue(
      context,
      write,
      'is turned into text where the conventions ask for a number: comparisons and ranges on it find nothing. Send the number',
      'converted',
    );
}

function unsendable(value: ts.Expression): string | undefined {
  if (ts.isObjectLiteralExpression(value)) return 'an object';
  if (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) return 'a function';
  if (ts.isNewExpression(value)) {
    const name = calleeName(value);
    return name === 'Date' || name === 'Map' || name === 'Set' || name === 'Error' ? `a ${name}` : undefined;
  }
  if (!ts.isArrayLiteralExpression(value)) return undefined;
  const kinds = new Set(value.elements.map(literalKind));
  kinds.delete(undefined);
  return kinds.size > 1 ? 'an array of several kinds' : kinds.has('object') ? 'an array of objects' : undefined;
}

function literalKind(node: ts.Expression): string | undefined {
  const bare = unwrap(node);
  if (ts.isStringLiteralLike(bare) || ts.isTemplateExpression(bare)) return 'text';
  if (ts.isNumericLiteral(bare)) return 'number';
  if (bare.kind === ts.SyntaxKind.TrueKeyword || bare.kind === ts.SyntaxKind.FalseKeyword) return 'boolean';
  return ts.isObjectLiteralExpression(bare) ? 'object' : undefined;
}

function numberFix(value: ts.Expression): Fix[] {
  const text = literalText(value);
  if (text === undefined || !/^\d+$/.test(text)) return [];
  return [{ title: `Send the number ${text}`, edits: [replaceNode(value, text)], safe: true }];
}

function reportValue(
  context: LintContext,
  write: AttributeWrite,
  fault: string,
  ground: GroundOf<typeof RULE>,
  fixes?: Finding['fixes'],
): void {
  const key = write.key && !write.key.guessed ? ` of "${write.key.text}"` : '';
  context.report({
    ...rangeOf(write.value),
    message: `The value${key} ${fault}.`,
    confidence: sureness(RULE, ground, !write.sure && 'byName'),
    fixes,
  });
}

/** `parent` was one until version 0.10 of the API. */
const OPTION_NAMES = new Set(['attributes', 'kind', 'links', 'startTime', 'root', 'parent']);

/** `startSpan('load', { 'product.id': id })`: attributes where the options should be. */
function checkOptions(context: LintContext, options: ts.Expression): void {
  const object = objectLiteralOf(context.file, options);
  if (!object || object !== unwrap(options)) return;
  const names = object.properties.map((member) =>
    ts.isSpreadAssignment(member) ? undefined : propertyName(member.name),
  );
  const isAttributes = names.length > 0 && names.every((name) => name !== undefined && !OPTION_NAMES.has(name));
  if (!isAttributes) return;
  context.report({
    ...rangeOf(object),
    message: `These are attributes where a span's options are expected: they are dropped without a word. Write { attributes: { … } }.`,
    confidence: sureness(RULE, names.some((name) => name?.includes('.')) ? 'asOptions' : 'plainOptions'),
    fixes: () => [
      {
        title: 'Pass them as attributes',
        edits: [replaceNode(object, `{ attributes: ${object.getText(context.file.source)} }`)],
        safe: false,
      },
    ],
  });
}
