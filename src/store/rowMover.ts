import { WireReader } from '../otlp/wire/wireReader';
import type { StoreParts } from './parts';
import { ROW_BITS, type Segment } from './segment';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';
import { linkRow } from './traceUpdate';
import type { WordList } from './wordList';

/** Copies rows of an old segment into the open one, where everything interned has other numbers. */
export class RowMover {
  private readonly keyValues = new WireReader();
  private readonly texts = new WireReader();
  private source: Segment | undefined;

  constructor(private readonly parts: StoreParts) {}

  /** Writes the row again and links it to the end of its trace; gives the new row. */
  move(source: Segment, index: number, trace: number): number {
    const { writer } = this.parts;
    this.enter(source);
    writer.makeRoom();
    const { current } = writer;
    const attributesAt = writer.attributes.used;
    this.copyReferences(
      source,
      source.attributes.values,
      source.attributesAt[index],
      source.attributesEnd(index),
      writer.attributes,
    );
    const extrasAt = source.extrasAt[index] === 0 ? 0 : this.copyExtras(source, source.extrasAt[index] - 1) + 1;
    const context = this.copyContext(source, index);
    const copied = current.copyRow(source, index, {
      trace,
      name: this.copyText(source, source.name[index]),
      context,
      attributesAt,
      extrasAt,
    });
    const row = (current.slot << ROW_BITS) | copied;
    linkRow(this.parts, trace, row);
    return row;
  }

  /** Lets go of the last source. */
  rest(): void {
    this.source = undefined;
    this.keyValues.close();
    this.texts.close();
  }

  private enter(source: Segment): void {
    if (this.source === source) return;
    this.source = source;
    this.keyValues.open(source.keyValues.bytes);
    this.texts.open(source.texts.bytes);
  }

  private copyContext(source: Segment, index: number): number {
    const context = source.contexts[source.context[index]];
    return this.parts.writer.internContext(
      this.copyText(source, context.resource),
      this.copyText(source, context.scope),
      context.runIndex,
      () => context,
    );
  }

  private copyText({ texts }: Segment, text: number): number {
    const start = texts.starts[text];
    return this.parts.writer.texts.intern(this.texts, start, texts.starts[text + 1] - start);
  }

  private copyReferences({ keyValues }: Segment, values: Uint32Array, from: number, to: number, out: WordList): void {
    for (let i = from; i < to; i++) {
      const start = keyValues.starts[values[i]];
      const length = keyValues.starts[values[i] + 1] - start;
      out.push(this.parts.writer.keyValues.internKeyValue(this.keyValues, start, length));
    }
  }

  /** Gives where the copy begins. */
  private copyExtras(source: Segment, from: number): number {
    const { extras: out } = this.parts.writer;
    const { values } = source.extras;
    const copy = out.used;
    const [message, traceState] = [values[from], values[from + 1]];
    const [events, links] = [values[from + 5], values[from + 6]];
    out.push(message === 0 ? 0 : this.copyText(source, message - 1) + 1);
    out.push(traceState === 0 ? 0 : this.copyText(source, traceState - 1) + 1);
    for (let i = 2; i < EXTRAS_HEADER; i++) out.push(values[from + i]);
    let at = from + EXTRAS_HEADER;
    for (let i = 0; i < events; i++) at = this.copyEvent(source, at, out);
    for (let i = 0; i < links; i++) at = this.copyRecord(source, at, LINK_HEADER, out);
    return copy;
  }

  private copyEvent(source: Segment, at: number, out: WordList): number {
    const record = out.used;
    const end = this.copyRecord(source, at, EVENT_HEADER, out);
    out.values[record + 2] = this.copyText(source, source.extras.values[at + 2]);
    return end;
  }

  /** A header whose last word counts the references behind it. Gives where the record ends. */
  private copyRecord(source: Segment, at: number, header: number, out: WordList): number {
    const { values } = source.extras;
    const from = at + header;
    const to = from + values[from - 1];
    for (let i = at; i < from; i++) out.push(values[i]);
    this.copyReferences(source, values, from, to, out);
    return to;
  }
}
