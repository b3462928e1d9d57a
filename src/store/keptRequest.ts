import { type Edit, withEdits } from '../otlp/wire/edits';
import { WireReader } from '../otlp/wire/wireReader';
import { NONE } from './byteInterner';
import { FORMS, type KeptMessage, wireBytes } from './keptForm';
import type { StoreParts } from './parts';
import { serviceName } from './serviceName';

const NO_BYTES = new Uint8Array(0);
export const NO_MESSAGE: KeptMessage = { source: wireBytes(NO_BYTES), start: 0, length: 0 };

/** The request that is being taken in, and what of it is kept otherwise than it came. */
export class KeptRequest {
  /** Spans, resources and scopes of which something was too long or too deep. */
  cut = 0;
  private readonly edits: Edit[] = [];
  private request: Uint8Array = NO_BYTES;
  /** The resource that was looked at last: several blocks in a row have the same. */
  private resource = NO_MESSAGE;
  private resourceStart = NONE;
  private readonly serviceReader = new WireReader();

  constructor(private readonly parts: StoreParts) {}

  begin(request: Uint8Array): void {
    this.request = request;
    this.cut = 0;
    this.edits.length = 0;
    this.resource = NO_MESSAGE;
    this.resourceStart = NONE;
  }

  /** The request as it was kept; undefined where that is as it came. */
  end(): Uint8Array | undefined {
    const kept = this.edits.length > 0 ? withEdits(this.request, this.edits) : undefined;
    this.begin(NO_BYTES);
    return kept;
  }

  leaveOut(start: number, end: number): void {
    this.replace(start, end, NO_BYTES);
  }

  replace(start: number, end: number, bytes: Uint8Array): void {
    if (end > start) this.edits.push({ start, end, bytes });
  }

  keptResource(start: number, end: number): KeptMessage {
    if (start === this.resourceStart) return this.resource;
    this.resource = this.message(start, end, FORMS.resource);
    this.resourceStart = start;
    return this.resource;
  }

  keptScope(start: number, end: number): KeptMessage {
    return this.message(start, end, FORMS.scope);
  }

  /** What the open segment holds was found to be kept as it is. */
  private message(start: number, end: number, form: (typeof FORMS)['scope']): KeptMessage {
    const { reader, writer } = this.parts;
    const asItIs = { source: reader, start, length: end - start };
    if (end === start || writer.texts.find(reader, start, end - start) !== NONE) return asItIs;
    const bytes = writer.keptForm.of(reader, start, end, form);
    if (bytes === undefined) return asItIs;
    this.replace(start, end, bytes);
    if (writer.keptForm.hasCut) this.cut++;
    this.countMasked(bytes);
    return { source: wireBytes(bytes), start: 0, length: bytes.length };
  }

  private countMasked(bytes: Uint8Array): void {
    const { writer, redactions } = this.parts;
    if (writer.keptForm.masked.length === 0) return;
    this.serviceReader.open(bytes);
    const service = serviceName(this.serviceReader, 0, bytes.length);
    this.serviceReader.close();
    for (const match of writer.keptForm.masked) redactions.add(match, true, { service, spanName: '' });
  }
}
