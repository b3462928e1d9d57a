import type { SpanBlock } from '../otlp/wire/requestFrame';
import { validateKeyValue } from '../otlp/wire/validate';
import type { WireReader } from '../otlp/wire/wireReader';
import { ByteInterner, NONE } from './byteInterner';
import { type CodeRoleReader, mayHaveRole, ROLE } from './codeRoles';
import { KeyValueInterner } from './keyValueInterner';
import type { Run } from './runTable';
import { BYTES_PER_ROW, HAS_EVENTS, Segment, type SpanContext, STATUS_SHIFT } from './segment';
import type { Segments } from './segments';
import { serviceName } from './serviceName';
import { checkExtras, ExtrasWriter } from './spanExtras';
import type { ParsedSpan } from './spanParser';
import type { BoundedNames } from './boundedNames';
import { WordList } from './wordList';

/** What a span's attributes say about its line. */
export class SiteFound {
  /** Numbers of the file, its line, and the reason; 0 when not said. */
  file = 0;
  line = 0;
  reason = 0;
  confidence = 0;
  hasFile = false;
  /** Where the KeyValue with the function's name lies in the request; no length, no name. */
  functionStart = 0;
  functionLength = 0;

  clear(): void {
    this.file = this.line = this.reason = this.confidence = this.functionLength = 0;
    this.hasFile = false;
  }

  get isLocated(): boolean {
    return this.hasFile && this.line > 0;
  }
}

/** Fills one segment after another. A span is first looked at ({@link check}), which changes nothing, then written. */
export class SegmentWriter {
  readonly site = new SiteFound();
  readonly texts: ByteInterner;
  readonly keyValues: KeyValueInterner;
  current: Segment;
  readonly attributes = new WordList();
  readonly extras = new WordList();
  private readonly extrasWriter: ExtrasWriter;
  private contexts = new Map<string, number>();
  /** Of the attributes of the span that was checked: entry or NONE, and for new ones what their entry will need. */
  private entries = new Int32Array(64);
  private hashes = new Int32Array(64);
  /** Bytes that the last {@link write} took, without texts. */
  rowBytes = 0;
  private newRoles = new Uint8Array(64);
  private newValues = new Int32Array(64);

  constructor(
    private readonly reader: WireReader,
    private readonly segments: Segments,
    private readonly services: BoundedNames,
    private readonly roleReader: CodeRoleReader,
    seed: number,
    /** Rows of a segment, and bytes at which it is full before that. */
    private readonly limits: { readonly rows: number; readonly bytes: number },
  ) {
    this.texts = new ByteInterner(seed);
    this.keyValues = new KeyValueInterner(seed, roleReader);
    this.extrasWriter = new ExtrasWriter(reader, this.texts, this.keyValues);
    this.current = this.openSegment();
  }

  /** Bytes of what the open segment holds. */
  get usedBytes(): number {
    const lists = 4 * (this.attributes.used + this.extras.used);
    return this.current.rows * BYTES_PER_ROW + lists + this.keyValues.size + this.texts.size;
  }

  /** Bytes of buffers that wait to be filled. */
  get spareBytes(): number {
    const words = this.attributes.values.length + this.extras.values.length - this.attributes.used - this.extras.used;
    return this.keyValues.overhead + this.texts.overhead + 4 * words;
  }

  /** Begins a new segment ({@link current}) when the open one is full. What was interned for the old one is void then. */
  makeRoom(): void {
    const { current, keyValues, texts } = this;
    const isFull = current.rows >= current.capacity || keyValues.isCrowded || texts.isCrowded;
    if (!isFull && this.usedBytes < this.limits.bytes) return;
    this.seal();
    this.current = this.openSegment();
  }

  /** Looks at all of a span's attributes, events and links; gives what is wrong with them. Finds {@link site}. */
  check(span: ParsedSpan): string | undefined {
    const { reader, keyValues, site } = this;
    const { count, starts, lengths } = span.attributes;
    site.clear();
    if (count > this.entries.length) this.growEntries(count);
    for (let i = 0; i < count; i++) {
      const entry = keyValues.find(reader, starts[i], lengths[i]);
      this.entries[i] = entry;
      if (entry !== NONE) {
        // Three bytes that are in the cache save a look into an array that is not.
        const role = mayHaveRole(reader.bytes, starts[i]) ? keyValues.roles[entry] : ROLE.none;
        if (role !== ROLE.none) this.noteRole(role, keyValues.roleValues[entry], starts[i], lengths[i]);
      } else if (!this.checkNew(i, starts[i], lengths[i])) return `has an attribute that ${reader.fault}`;
    }
    return span.hasExtras ? checkExtras(reader, span) : undefined;
  }

  private checkNew(i: number, start: number, length: number): boolean {
    const { reader, roleReader } = this;
    this.hashes[i] = this.keyValues.hash;
    reader.seek(start);
    validateKeyValue(reader, start + length);
    if (reader.fault !== undefined) return false;
    const role = roleReader.read(reader, start, length);
    this.newRoles[i] = role;
    this.newValues[i] = roleReader.value;
    if (role !== ROLE.none) this.noteRole(role, roleReader.value, start, length);
    return true;
  }

  /** Of two attributes with the same role the later counts, so that what Spanline adds goes before what was there. */
  private noteRole(role: number, value: number, start: number, length: number): void {
    const { site } = this;
    if (role === ROLE.file) {
      site.file = value;
      site.hasFile = true;
    } else if (role === ROLE.line) site.line = value;
    else if (role === ROLE.reason) site.reason = value;
    else if (role === ROLE.confidence) site.confidence = value;
    else if (role === ROLE.function) {
      site.functionStart = start;
      site.functionLength = length;
    }
  }

  /** Number of a span's name in the open segment. */
  internName(start: number, length: number): number {
    return this.texts.intern(this.reader, start, length);
  }

  /** Number of the context that a block's spans have in the open segment. */
  contextOf(block: SpanBlock, run: Run): number {
    const { reader, texts } = this;
    const resource = texts.intern(reader, block.resourceStart, block.resourceEnd - block.resourceStart);
    const scope = texts.intern(reader, block.scopeStart, block.scopeEnd - block.scopeStart);
    return this.internContext(resource, scope, run.index, () => {
      const service = serviceName(this.reader, block.resourceStart, block.resourceEnd);
      return { run: run.id, runIndex: run.index, service, serviceIndex: this.services.intern(service) };
    });
  }

  /** `rest` is asked for what is not known yet. */
  internContext(
    resource: number,
    scope: number,
    run: number,
    rest: () => Omit<SpanContext, 'resource' | 'scope'>,
  ): number {
    const key = `${resource} ${scope} ${run}`;
    const known = this.contexts.get(key);
    if (known !== undefined) return known;
    const number = this.current.contexts.push({ ...rest(), resource, scope }) - 1;
    this.contexts.set(key, number);
    return number;
  }

  /** Writes the span that was checked last as the open segment's next row; gives its place in the segment. */
  write(span: ParsedSpan, name: number, context: number, trace: number, site: number): number {
    const { current } = this;
    const index = current.rows;
    const { count, starts, lengths } = span.attributes;
    const bytesBefore = this.keyValues.size;
    const extrasBefore = this.extras.used;
    current.attributesAt[index] = this.attributes.used;
    for (let i = 0; i < count; i++) {
      const entry = this.entries[i];
      this.attributes.push(entry === NONE ? this.addNew(i, starts[i], lengths[i]) : entry);
    }
    let state = span.kind | (span.status << STATUS_SHIFT);
    if (span.events.count > 0) state |= HAS_EVENTS;
    current.extrasAt[index] = 0;
    if (span.hasExtras) {
      current.extrasAt[index] = this.extras.used + 1;
      this.extrasWriter.write(span, this.extras);
    }
    current.trace[index] = trace;
    current.next[index] = NONE;
    current.spanId[2 * index] = span.span0;
    current.spanId[2 * index + 1] = span.span1;
    current.parentId[2 * index] = span.parent0;
    current.parentId[2 * index + 1] = span.parent1;
    current.startLow[index] = span.startLow;
    current.startHigh[index] = span.startHigh;
    current.endLow[index] = span.endLow;
    current.endHigh[index] = span.endHigh;
    current.name[index] = name;
    current.site[index] = site;
    current.context[index] = context;
    current.state[index] = state;
    current.rows = index + 1;
    this.rowBytes = BYTES_PER_ROW + 4 * (count + this.extras.used - extrasBefore) + this.keyValues.size - bytesBefore;
    return index;
  }

  private addNew(i: number, start: number, length: number): number {
    return this.keyValues.addWithRole(this.reader, start, length, this.hashes[i], this.newRoles[i], this.newValues[i]);
  }

  private openSegment(): Segment {
    const slot = this.segments.takeSlot();
    if (slot === undefined) throw new Error('The store has no segment left; fewer bytes would have dropped the oldest');
    const { keyValues, texts, attributes, extras, limits } = this;
    const segment = new Segment(slot, limits.rows, keyValues.entries, texts.entries, attributes, extras);
    this.segments.add(segment);
    return segment;
  }

  private seal(): void {
    const sealed = this.current.sealed(
      this.keyValues.seal(),
      this.texts.seal(),
      this.attributes.seal(),
      this.extras.seal(),
    );
    this.contexts = new Map();
    this.segments.replaceLast(sealed);
  }

  private growEntries(count: number): void {
    const size = 2 ** Math.ceil(Math.log2(count));
    this.entries = new Int32Array(size);
    this.hashes = new Int32Array(size);
    this.newRoles = new Uint8Array(size);
    this.newValues = new Int32Array(size);
  }
}
