import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { removeFix } from '../fixes/sensitive';
import type { AttributeWrite } from '../otel/attributeWrites';
import type { LintContext, Rule } from '../rule';
import { loopAround } from '../otel/loops';
import { calleeName, textParts } from '../syntax/nodes';
import { ts } from '../ts';
import { CardinalityReader } from '../values/cardinality';
import { groundOfValue } from '../values/cardinalityGrounds';
import type { Cardinality } from '../values/cardinalityOrder';
import { cardinalityByName } from '../values/cardinalityNames';

export const metricAttributeUnbounded: Rule = {
  id: 'metric-attribute-unbounded',
  title: 'A metric with an attribute that takes ever new values',
  check(context) {
    const reader = new CardinalityReader(context.file, context.types);
    for (const write of context.writes) if (write.target === 'metric') check(context, reader, write);
  },
};

function check(context: LintContext, reader: CardinalityReader, write: AttributeWrite): void {
  if (write.shape === 'spread' || write.shape === 'whole') return;
  const value = worstOf(reader, write) ?? byKey(write);
  if (value?.kind !== 'unbounded') return;
  const key = write.key && !write.key.guessed ? ` "${write.key.text}"` : '';
  context.report({
    ...rangeOf(write.value),
    message: `The measurement's attribute${key} holds ${value.what}: every value is a time series of its own, which is kept in memory and paid for. Leave it out, or send what it belongs to: a route template, a type, a tier. Details belong on a span.`,
    confidence: sureness(
      'metric-attribute-unbounded',
      groundOfValue(value),
      value.isOfGroup && 'ofGroup',
      value.isListed && 'listed',
      isObserved(write) && 'observed',
      !write.sure && 'byName',
    ),
    fixes: () => removeFix(context, write),
    ...(write.key && !write.key.guessed && { once: write.key.text }),
  });
}

/** `for (const server of servers) result.observe(…, { id: server.id })`: as many values as there are servers at the time. */
function isObserved({ call, value }: AttributeWrite): boolean {
  return ts.isCallExpression(call) && calleeName(call) === 'observe' && loopAround(value) !== undefined;
}

function worstOf(reader: CardinalityReader, write: AttributeWrite): Cardinality | undefined {
  const values = textParts(write.value).map((part) => reader.of(part));
  const unbounded = values.filter((value) => value.kind === 'unbounded');
  const worst = unbounded.find(({ sure }) => sure === 'certain') ?? unbounded[0];
  // Of a value that is known to be one of few, the key says nothing new.
  return worst ?? values.find(({ kind }) => kind !== 'open');
}

/** An attribute that is called an id or a URL, of whose value nothing is known. */
function byKey(write: AttributeWrite): Cardinality | undefined {
  if (!write.key) return undefined;
  const verdict = cardinalityByName(write.key.text.split('.'));
  return verdict.kind === 'unbounded' ? { ...verdict, at: write.value } : undefined;
}
