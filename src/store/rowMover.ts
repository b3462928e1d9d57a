import { NONE } from './byteInterner';
import { WireReader } from '../otlp/wire/wireReader';
import type { StoreParts } from './parts';
import { CONTEXT_MASK, Row, ROW_BITS, ROW_WORDS, type Segment } from './segment';
import { EVENT_HEADER, EXTRAS_HEADER, LINK_HEADER } from './spanExtras';
import { linkRow } from './traceUpdate';
import { type Form, FORMS, wireBytes } from './keptForm';
import { Part } from './part';
import type { WordList } from './wordList';

const LEFT_OUT = -1;

/** Copies rows of an old segment into the open one, where everything interned has other numbers. */
export class RowMover {
  private readonly keyValues = new WireReader();
  private readonly texts = new WireReader();
  private source: Segment | undefined;
  private target: Segment | undefined;
  /** What KeyValues and texts of {@link source} are in {@link target}: their numbers + 1, {@link LEFT_OUT}, 0 while unknown. */
  private keyValueNumbers = new Int32Array();
  private textNumbers = new Int32Array();

  constructor(private readonly parts: StoreParts) {}

  /** Writes the row that begins at `from` again and links it to the end of its trace; gives the new row. */
  move(source: Segment, from: number, trace: number): number {
    const { writer } = this.parts;
    writer.makeRoom();
    const { current } = writer;
    this.enter(source, current);
    const { words } = current;
    const at = current.rows * ROW_WORDS;
    words.set(source.words.subarray(from, from + ROW_WORDS), at);
    words[at + Row.trace] = trace;
    words[at + Row.next] = NONE;
    words[at + Row.name] = this.copyText(source, words[at + Row.name]);
    words[at + Row.attributes] = writer.attributes.used;
    words[at + Row.state] = (words[at + Row.state] & ~CONTEXT_MASK) | this.copyContext(source, from);
    this.copyReferences(
      source,
      source.attributes.values,
      source.words[from + Row.attributes],
      source.attributesEnd(from),
      writer.attributes,
    );
    if (words[at + Row.extras] !== 0) words[at + Row.extras] = this.copyExtras(source, words[at + Row.extras] - 1) + 1;
    const row = (current.slot << ROW_BITS) | writer.endRow();
    linkRow(this.parts, trace, row);
    return row;
  }

  /** Lets go of the last source. */
  rest(): void {
    this.source = this.target = undefined;
    this.keyValueNumbers = this.textNumbers = new Int32Array();
    this.keyValues.close();
    this.texts.close();
  }

  private enter(source: Segment, target: Segment): void {
    if (this.source === source && this.target === target) return;
    this.source = source;
    this.target = target;
    this.keyValues.open(source.keyValues.bytes);
    this.texts.open(source.texts.bytes);
    this.keyValueNumbers = new Int32Array(source.keyValues.starts.length);
    this.textNumbers = new Int32Array(source.texts.starts.length);
  }

  private copyContext(source: Segment, at: number): number {
    const context = source.context(at);
    return this.parts.writer.internContext(
      this.copyText(source, context.resource, FORMS.resource),
      this.copyText(source, context.scope, FORMS.scope),
      context.runIndex,
      context.thread,
      () => context,
    );
  }

  private copyText(source: Segment, text: number, form: Form | Part.text = Part.text): number {
    const { writer } = this.parts;
    const { starts } = source.texts;
    const start = starts[text];
    const length = starts[text + 1] - start;
    if (source.redaction === writer.current.redaction) {
      // Whatever it is part of: as it is.
      const known = this.textNumbers[text];
      if (known > 0) return known - 1;
      const number = writer.texts.intern(this.texts, start, length);
      this.textNumbers[text] = number + 1;
      return number;
    }
    const kept = this.keptText(start, length, form);
    return kept === undefined
      ? writer.texts.intern(this.texts, start, length)
      : writer.texts.intern(wireBytes(kept), 0, kept.length);
  }

  /** What lies in a segment of other settings is looked at again, or the open segment would pass it on as looked at. */
  private keptText(start: number, length: number, form: Form | Part.text): Uint8Array | undefined {
    const { keptForm } = this.parts.writer;
    if (form === Part.text) return keptForm.ofPart(this.texts, start, length, form);
    return keptForm.of(this.texts, start, start + length, form);
  }

  private copyReferences(source: Segment, values: Uint32Array, from: number, to: number, out: WordList): void {
    const { keyValueNumbers } = this;
    for (let i = from; i < to; i++) {
      const number = keyValueNumbers[values[i]] || this.copyKeyValue(source, values[i]);
      if (number !== LEFT_OUT) out.push(number - 1);
    }
  }

  private copyKeyValue(source: Segment, keyValue: number): number {
    const { writer } = this.parts;
    const { starts } = source.keyValues;
    const start = starts[keyValue];
    const length = starts[keyValue + 1] - start;
    const isSame = source.redaction === writer.current.redaction;
    const kept = isSame ? undefined : writer.keptForm.ofPart(this.keyValues, start, length, Part.keyValue);
    let number = LEFT_OUT;
    if (kept === undefined) number = writer.keyValues.internKeyValue(this.keyValues, start, length) + 1;
    else if (kept.length > 0) number = writer.keyValues.internKeyValue(wireBytes(kept), 0, kept.length) + 1;
    this.keyValueNumbers[keyValue] = number;
    return number;
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
    const copied = out.used;
    this.copyReferences(source, values, from, to, out);
    out.values[copied - 1] = out.used - copied;
    return to;
  }
}
