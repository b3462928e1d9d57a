import { ProtoWriter } from '../protoWriter';
import { WireReader } from './wireReader';

/** What takes the place of a nested message or text whose bytes lie from `start` to `end`, at least one; empty leaves the field out. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** The wire type of messages, texts and bytes. */
const LENGTH = 2;

/**
 * The message with the edits made, which do not overlap, and the lengths around them put right. Takes no knowledge of what the
 * message is: a field that is not itself replaced but has edits inside is a message.
 */
export function withEdits(message: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const editor = new Editor(
    message,
    [...edits].sort((a, b) => a.start - b.start),
  );
  return editor.edited();
}

class Editor {
  private readonly reader = new WireReader();
  private readonly out = new ProtoWriter();
  private done = 0;

  constructor(
    private readonly message: Uint8Array,
    private readonly edits: readonly Edit[],
  ) {
    this.reader.open(message);
  }

  edited(): Uint8Array {
    this.fields(this.message.length);
    return this.out.finish();
  }

  /** As deep as the deepest edit lies, never as deep as a sender nests. */
  private fields(end: number): void {
    const { reader, out, message } = this;
    let copied = reader.pos;
    while (reader.pos < end) {
      const start = reader.pos;
      const tag = reader.tag(end);
      if ((tag & 7) !== LENGTH) {
        reader.skip(tag, end);
        continue;
      }
      const length = reader.length(end);
      const next = this.edits.at(this.done);
      const fieldEnd = reader.pos + length;
      if (next !== undefined && next.start < fieldEnd) {
        out.append(message, copied, start);
        this.field(tag >>> 3, fieldEnd, next);
        copied = fieldEnd;
      }
      reader.pos = fieldEnd;
    }
    out.append(message, copied, Math.min(end, message.length));
  }

  private field(number: number, end: number, edit: Edit): void {
    const { reader, out } = this;
    if (edit.start === reader.pos && edit.end === end) {
      this.done++;
      if (edit.bytes.length > 0) out.bytes(number, edit.bytes);
      return;
    }
    const nested = out.beginMessage(number);
    this.fields(end);
    out.endMessage(nested);
  }
}
