// Run in a process of its own, bundled as the engine is.
import { KV_VALUE_TAG, distinctKeyValues, type KeyValues } from './keyValues';
import { regexRedactor } from './regexRedactor';
import { createRedactor } from '../../../src/redaction/createRedactor';
import type { Redactor } from '../../../src/redaction/redactor';

export type Figures = Readonly<Record<string, number>>;
type Look = (values: KeyValues, index: number) => boolean;

interface Cost {
  /** CPU time. */
  readonly nanos: number;
  readonly recognised: number;
}

function measure(quick: boolean): Figures {
  const values = distinctKeyValues(quick ? 60_000 : 300_000);
  const rounds = quick ? 5 : 12;
  const ours = createRedactor({ secrets: 'mask', personalData: 'warn', keys: ['acme.*.pin'] })!;
  const without = costOf(values, rounds, (each, i) => each.source.bytes[each.starts[i]] === KV_VALUE_TAG);
  const withOurs = costOf(values, rounds, lookWith(ours));
  const withRegex = costOf(values, Math.max(2, rounds / 4), regexRedactor());
  const longest = costOf(longTexts(), rounds, lookWith(ours));
  const figures = {
    key_values: values.starts.length,
    bytes_per_key_value: round(values.source.bytes.length / values.starts.length),
    loop_ns: round(without.nanos),
    redaction_ns: round(withOurs.nanos),
    regex_ns: round(withRegex.nanos),
    times_regex: round(withRegex.nanos / withOurs.nanos),
    redaction_ns_per_span: round(withOurs.nanos * values.perSpan),
    long_text_ns_per_byte: round(longest.nanos / LONG_TEXT),
    recognised: withOurs.recognised,
    recognised_by_regex: withRegex.recognised,
  };
  return figures;
}

function lookWith(redactor: Redactor): Look {
  return ({ source, starts, lengths }, i) => {
    redactor.redactKeyValue(source, starts[i], lengths[i]);
    return redactor.lastMatch !== undefined;
  };
}

/** Of the quickest round: others share the machine. */
function costOf(values: KeyValues, rounds: number, look: Look): Cost {
  const { length } = values.starts;
  let [nanos, recognised] = [Infinity, 0];
  for (let round = 0; round < rounds; round++) {
    recognised = 0;
    const before = process.cpuUsage();
    for (let i = 0; i < length; i++) if (look(values, i)) recognised++;
    const { user, system } = process.cpuUsage(before);
    nanos = Math.min(nanos, ((user + system) * 1000) / length);
  }
  return { nanos, recognised };
}

const LONG_TEXT = 20_000;

/** Stack traces and sentences, such as log records have. */
function longTexts(): KeyValues {
  const frame =
    '    at OrderService.create (file:///workspace/src/domain/orders.ts:120:17)\nconnection reset, retrying in 50 ms: ';
  const text = frame.repeat(Math.ceil(LONG_TEXT / frame.length)).slice(0, LONG_TEXT);
  return distinctKeyValues(
    0,
    [...Array(50).keys()].map((i) => ['exception.stacktrace', `${i}${text}`] as const),
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

process.send!(measure(process.argv.includes('--quick')));
