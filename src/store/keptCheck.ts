import type { RedactionMatch } from '../model/redaction';
import { MAY_BE_TOO_DEEP } from '../otlp/wire/validate';
import type { WireReader } from '../otlp/wire/wireReader';
import type { Redactor } from '../redaction/redactor';
import { type ByteInterner, NONE } from './byteInterner';
import { type Form, FORMS } from './keptForm';
import { Part } from './part';
import type { ParsedSpan } from './spanParser';

/** Finds out, while a span is checked, whether it may be kept as it is. What the open segment holds already was found to be. */
export class KeptCheck {
  redactor: Redactor | undefined;
  /** Something in the span that is being checked must be masked or cut. */
  mustChange = false;
  /** What in it is kept, but was recognised, since the open segment was begun for the first time. */
  readonly warnings: RedactionMatch[] = [];

  constructor(
    private readonly reader: WireReader,
    private readonly texts: ByteInterner,
    private readonly keyValues: ByteInterner,
  ) {}

  /** Begins with the next span. */
  clear(): void {
    this.mustChange = false;
    if (this.warnings.length > 0) this.warnings.length = 0;
  }

  noteDepth(openMessages: number): void {
    if (openMessages > MAY_BE_TOO_DEEP) this.mustChange = true;
  }

  /** For a KeyValue that the segment does not hold. False when it must not get there. */
  newKeyValue(start: number, length: number): boolean {
    const { redactor } = this;
    if (redactor === undefined) return true;
    return this.note(redactor, redactor.redactKeyValue(this.reader, start, length));
  }

  /** For a text that the segment does not hold. */
  newText(start: number, length: number): void {
    const { redactor } = this;
    if (redactor !== undefined) this.note(redactor, redactor.redactText(this.reader, start, length));
  }

  /** What few spans have, once it is known to be well-formed. */
  extras(span: ParsedSpan): void {
    if (this.redactor === undefined) return;
    if (span.hasUnread) this.mustChange = true;
    if (span.messageLength > 0) this.text(span.messageStart, span.messageLength);
    if (span.traceStateLength > 0) this.text(span.traceStateStart, span.traceStateLength);
    const { events, links } = span;
    for (let i = 0; i < events.count; i++) this.parts(events.starts[i], events.lengths[i], FORMS.event);
    for (let i = 0; i < links.count; i++) this.parts(links.starts[i], links.lengths[i], FORMS.link);
  }

  private parts(start: number, length: number, form: Form): void {
    const { reader } = this;
    const end = start + length;
    reader.seek(start);
    while (reader.pos < end) {
      const tag = reader.tag(end);
      const part = form.get(tag);
      if (part === undefined || part === Part.plain) {
        if (part === undefined) this.mustChange = true;
        reader.skip(tag, end);
        continue;
      }
      const size = reader.length(end);
      if (part === Part.text) this.text(reader.pos, size);
      else if (this.keyValues.find(reader, reader.pos, size) === NONE) this.newKeyValue(reader.pos, size);
      reader.pos += size;
    }
  }

  private text(start: number, length: number): void {
    if (this.texts.find(this.reader, start, length) === NONE) this.newText(start, length);
  }

  private note({ lastMatch }: Redactor, kept: Uint8Array | undefined): boolean {
    if (kept !== undefined) this.mustChange = true;
    else if (lastMatch !== undefined) this.warnings.push(lastMatch);
    return kept === undefined;
  }
}
