import type { LintContext } from '../rule';
import { argument, calleeName, objectProperty, receiver, unwrap } from '../syntax/nodes';
import { ts } from '../ts';
import { isAboutSensitive, sensitiveByName, type SensitiveGroup } from '../values/sensitiveNames';
import { SensitiveReader, type SensitiveValue } from '../values/sensitiveValues';
import type { AttributeWrite } from './attributeWrites';

export interface SensitiveFind extends SensitiveValue {
  /** Key and value both say so. */
  readonly isConfirmed?: boolean;
}

export interface SensitiveSink {
  readonly found: SensitiveFind;
  /** The attribute; undefined for texts: names, messages. */
  readonly sink: AttributeWrite | undefined;
  /** What holds the data, as the start of a sentence. */
  readonly subject: string;
  readonly sure: boolean;
}

/** Every place of a file where telemetry takes in data of the group, in source order within each kind of place. */
export function sensitiveSinks(context: LintContext, group: SensitiveGroup): SensitiveSink[] {
  const reader = new SensitiveReader(context.file, context.types, group);
  const sinks: SensitiveSink[] = [];
  for (const write of context.writes) {
    const found = inWrite(reader, write, context.writes, group);
    if (found) sinks.push({ found, sink: write, subject: subjectOf(write), sure: write.sure });
  }
  for (const { expression, subject, sure } of texts(context)) {
    const found = reader.inValue(expression);
    if (found) sinks.push({ found, sink: undefined, subject, sure });
  }
  return sinks;
}

function inWrite(
  reader: SensitiveReader,
  write: AttributeWrite,
  writes: readonly AttributeWrite[],
  group: SensitiveGroup,
): SensitiveFind | undefined {
  if (write.target === 'resource' || isDatabaseAccount(write, writes)) return undefined;
  if (write.shape === 'spread' || write.shape === 'whole') return reader.inObject(write.value);
  const byKey = write.key && sensitiveByName(write.key.text, group);
  if (byKey) {
    if (!reader.canHold(byKey.class, write.value)) return undefined;
    const byValue = reader.inValue(write.value);
    const isPlain = byKey.class.sure === 'certain' && !isMadeText(write.value);
    if (byValue?.isPlain && !isPlain) return byValue;
    const evidence = `its name says "${byKey.words}"`;
    return {
      at: write.value,
      class: byKey.class,
      evidence,
      basis: 'name',
      isPlain,
      isConfirmed: byValue !== undefined,
    };
  }
  // `auth.token_prefix`, `email_domain`: the key says that no more than that is kept.
  if (write.key && !write.key.guessed && isAboutSensitive(write.key.text)) return undefined;
  return reader.inValue(write.value);
}

/** `settings.notifyByEmail?.toString()`: what has to be made text may be a flag; what a request brings is a text or a list of such. */
function isMadeText(value: ts.Expression): boolean {
  const bare = unwrap(value);
  if (ts.isBinaryExpression(bare)) return isMadeText(bare.left);
  if (!ts.isCallExpression(bare) || calleeName(bare) !== 'toString' || bare.arguments.length > 0) return false;
  return !/\b(req|request|ctx|query|params|body|headers)\b/.test(bare.expression.getText());
}

/** `db.user`, and a user name beside the name of a database, is the account of the program, not of a person. */
function isDatabaseAccount({ key, keyNode, call }: AttributeWrite, writes: readonly AttributeWrite[]): boolean {
  if (key?.text === 'db.user' || /_DB_USER\b/.test(keyNode?.getText() ?? '')) return true;
  if (!/user_?name$/i.test(key?.text ?? '')) return false;
  return writes.some((other) => other.call === call && /(^|[._])(db_?name|database)$/i.test(other.key?.text ?? ''));
}

function subjectOf(write: AttributeWrite): string {
  const place = {
    span: 'The attribute',
    event: "The event's attribute",
    link: "The link's attribute",
    metric: "The measurement's attribute",
    log: "The log record's attribute",
    resource: 'The resource attribute',
    baggage: 'The baggage entry',
  }[write.target];
  if (write.shape === 'spread' || write.shape === 'whole') return place.replace('attribute', 'set of attributes');
  return write.key && !write.key.guessed ? `${place} "${write.key.text}"` : place;
}

/** Texts that go out with a span: its name, names of events, status messages, messages of exceptions made on the spot. */
function texts(context: LintContext): { expression: ts.Expression; subject: string; sure: boolean }[] {
  const found: { expression: ts.Expression; subject: string; sure: boolean }[] = [];
  for (const { name, sure } of context.starts)
    if (name) found.push({ expression: name, subject: 'The span name', sure });
  for (const call of context.file.nodes.calls) {
    const text = spanText(call);
    const kind = text && context.file.kinds.is(receiver(call), 'span');
    if (text && kind) found.push({ ...text, sure: kind.sure });
  }
  return found;
}

/** What is called `secret` and recorded as an exception is the error that came in its place. */
function isMadeHere(exception: ts.Expression): boolean {
  const node = unwrap(exception);
  return !ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node);
}

function spanText(call: ts.CallExpression): { expression: ts.Expression; subject: string } | undefined {
  const first = argument(call, 0);
  if (!first) return undefined;
  switch (calleeName(call)) {
    case 'updateName':
      return { expression: first, subject: 'The span name' };
    case 'addEvent':
      return { expression: first, subject: "The event's name" };
    case 'recordException':
      return isMadeHere(first) ? { expression: first, subject: 'The exception' } : undefined;
    case 'setStatus': {
      const status = unwrap(first);
      const message = ts.isObjectLiteralExpression(status) ? objectProperty(status, 'message') : undefined;
      return message && { expression: message, subject: 'The status message' };
    }
    default:
      return undefined;
  }
}
