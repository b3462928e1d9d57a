import { validateKeyValue } from '../otlp/wire/validate';
import { WireReader } from '../otlp/wire/wireReader';
import type { Redactor } from '../redaction/redactor';
import { ByteInterner, NONE } from './byteInterner';
import { type CodeRoleReader, mayHaveRole, ROLE } from './codeRoles';
import { KeptCheck } from './keptCheck';
import { KeptForm, type KeptMessage } from './keptForm';
import { KeyValueInterner } from './keyValueInterner';
import type { Run } from './runTable';
import {
  BYTES_PER_ROW,
  FLAGS_SHIFT,
  HAS_EVENTS,
  KIND_SHIFT,
  REMOTE_MASK,
  REMOTE_SHIFT,
  Row,
  ROW_WORDS,
  SAMPLED_MASK,
  Segment,
  type SpanContext,
  STATUS_SHIFT,
  WIRE_REMOTE_SHIFT,
} from './segment';
import { Packing, WORD } from './segmentMemory';
import type { Segments } from './segments';
import { serviceName } from './serviceName';
import { checkExtras, ExtrasWriter } from './spanExtras';
import type { ParsedSpan, Ranges } from './spanParser';
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

export interface SegmentLimits {
  /** Rows of a segment. */
  readonly rows: number;
  /** Bytes at which it is full before that. */
  readonly bytes: number;
}

/** Fills one segment after another. A span is first looked at ({@link check}), which changes nothing, then written. */
export class SegmentWriter {
  readonly site = new SiteFound();
  readonly texts: ByteInterner;
  readonly keyValues: KeyValueInterner;
  readonly kept: KeptCheck;
  readonly keptForm = new KeptForm();
  current: Segment;
  readonly attributes = new WordList();
  readonly extras = new WordList();
  private readonly extrasWriter: ExtrasWriter;
  private readonly resourceReader = new WireReader();
  private redaction = 0;
  private contexts = new Map<string, number>();
  /** Of the attributes of the span that was checked: entry or NONE, and for new ones what their entry will need. */
  private entries = new Int32Array(64);
  private hashes = new Int32Array(64);
  /** Bytes that the last row took, and {@link usedBytes} after it. */
  rowBytes = 0;
  private usedBefore = 0;
  private newRoles = new Uint8Array(64);
  private newValues = new Int32Array(64);
  /** Of the name of the span that was checked, likewise. */
  private nameEntry = NONE;
  private nameHash = 0;

  constructor(
    private readonly reader: WireReader,
    private readonly segments: Segments,
    private readonly services: BoundedNames,
    private readonly roleReader: CodeRoleReader,
    seed: number,
    private limits: SegmentLimits,
  ) {
    this.texts = new ByteInterner(seed);
    this.keyValues = new KeyValueInterner(seed, roleReader);
    this.extrasWriter = new ExtrasWriter(reader, this.texts, this.keyValues);
    this.kept = new KeptCheck(reader, this.texts, this.keyValues);
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

  /** For the segments to come; the open one ends where it is too large for them. */
  setLimits(limits: SegmentLimits): void {
    this.limits = limits;
    this.makeRoom();
  }

  /** Begins a new segment ({@link current}) when the open one is full. What was interned for the old one is void then. */
  makeRoom(): void {
    const { current, keyValues, texts } = this;
    const isFull =
      current.rows >= Math.min(current.capacity, this.limits.rows) || keyValues.isCrowded || texts.isCrowded;
    if (isFull || this.usedBefore >= this.limits.bytes) this.nextSegment();
  }

  /** In a new segment, so that nothing is taken for looked at which was looked at by another one. */
  setRedactor(redactor: Redactor | undefined): void {
    this.redaction++;
    this.kept.redactor = this.keptForm.redactor = redactor;
    this.nextSegment();
  }

  private nextSegment(): void {
    this.seal();
    this.current = this.openSegment();
  }

  /**
   * Looks at all of a span's attributes, events and links; gives what is wrong with them. Finds {@link site}, and whether the span
   * may be written as it is ({@link kept}).
   */
  check(span: ParsedSpan): string | undefined {
    const { reader, keyValues, site, kept } = this;
    const { count, starts, lengths } = span.attributes;
    site.clear();
    kept.clear();
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
    this.checkName(span);
    return span.hasExtras ? checkExtras(reader, span, kept) : undefined;
  }

  private checkName({ nameStart, nameLength }: ParsedSpan): void {
    const { texts, kept } = this;
    this.nameEntry = texts.find(this.reader, nameStart, nameLength);
    this.nameHash = texts.hash;
    if (this.nameEntry === NONE) kept.newText(nameStart, nameLength);
  }

  private checkNew(i: number, start: number, length: number): boolean {
    const { reader, roleReader, kept } = this;
    this.hashes[i] = this.keyValues.hash;
    reader.seek(start);
    kept.noteDepth(validateKeyValue(reader, start + length));
    if (reader.fault !== undefined) return false;
    if (!kept.newKeyValue(start, length)) return true;
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

  /** Number, in the open segment, of the name of the span that was checked last. */
  internName({ nameStart, nameLength }: ParsedSpan): number {
    if (this.nameEntry === NONE) this.nameEntry = this.texts.add(this.reader, nameStart, nameLength, this.nameHash);
    return this.nameEntry;
  }

  /** Number of the context that spans of such a resource and scope have in the open segment. */
  contextOf(ofResource: KeptMessage, ofScope: KeptMessage, run: Run, thread: string | undefined): number {
    const { texts } = this;
    const resource = texts.intern(ofResource.source, ofResource.start, ofResource.length);
    const scope = texts.intern(ofScope.source, ofScope.start, ofScope.length);
    return this.internContext(resource, scope, run.index, thread, () => {
      this.resourceReader.share(ofResource.source);
      const service = serviceName(this.resourceReader, ofResource.start, ofResource.start + ofResource.length);
      this.resourceReader.close();
      const serviceIndex = Math.max(0, this.services.intern(service));
      return { run: run.id, ...(thread && { thread }), runIndex: run.index, service, serviceIndex };
    });
  }

  /** `rest` is asked for what is not known yet. */
  internContext(
    resource: number,
    scope: number,
    run: number,
    thread: string | undefined,
    rest: () => Omit<SpanContext, 'resource' | 'scope'>,
  ): number {
    const key = `${resource} ${scope} ${run} ${thread ?? ''}`;
    const known = this.contexts.get(key);
    if (known !== undefined) return known;
    const number = this.current.contexts.push({ ...rest(), resource, scope }) - 1;
    this.contexts.set(key, number);
    return number;
  }

  /** Writes the span that was checked last as the open segment's next row; gives its place in the segment. */
  write(span: ParsedSpan, name: number, context: number, trace: number, site: number): number {
    const { current } = this;
    const { words } = current;
    const at = current.rows * ROW_WORDS;
    words[at + Row.trace] = trace;
    words[at + Row.next] = NONE;
    words[at + Row.span0] = span.span0;
    words[at + Row.span1] = span.span1;
    words[at + Row.parent0] = span.parent0;
    words[at + Row.parent1] = span.parent1;
    words[at + Row.startLow] = span.startLow;
    words[at + Row.startHigh] = span.startHigh;
    words[at + Row.endLow] = span.endLow;
    words[at + Row.endHigh] = span.endHigh;
    words[at + Row.name] = name;
    words[at + Row.site] = site;
    words[at + Row.attributes] = this.attributes.used;
    words[at + Row.extras] = span.hasExtras ? this.extras.used + 1 : 0;
    words[at + Row.state] = context | stateOf(span);
    this.writeAttributes(span.attributes);
    if (span.hasExtras) this.extrasWriter.write(span, this.extras);
    return this.endRow();
  }

  /** To be called when all of the open segment's next row is written; gives its place. */
  endRow(): number {
    const place = this.current.rows++;
    const { usedBytes } = this;
    this.rowBytes = usedBytes - this.usedBefore;
    this.usedBefore = usedBytes;
    return place;
  }

  private writeAttributes({ count, starts, lengths }: Ranges): void {
    const { entries } = this;
    const from = this.attributes.take(count);
    const { values } = this.attributes;
    for (let i = 0; i < count; i++) {
      const entry = entries[i];
      values[from + i] = entry === NONE ? this.addNew(i, starts[i], lengths[i]) : entry;
    }
  }

  private addNew(i: number, start: number, length: number): number {
    return this.keyValues.addWithRole(this.reader, start, length, this.hashes[i], this.newRoles[i], this.newValues[i]);
  }

  private openSegment(): Segment {
    const slot = this.segments.takeSlot();
    if (slot === undefined) throw new Error('The store has no segment left; fewer bytes would have dropped the oldest');
    const { keyValues, texts, attributes, extras, limits } = this;
    const { entries } = keyValues;
    const words = new Int32Array(this.segments.memory.take(limits.rows * BYTES_PER_ROW));
    const segment = new Segment(slot, limits.rows, entries, texts.entries, attributes, extras, this.redaction, words);
    this.segments.add(segment);
    return segment;
  }

  private seal(): void {
    const { keyValues, texts, attributes, extras, limits } = this;
    const words = this.sealedWords();
    const bytes = WORD * (attributes.used + extras.used) + keyValues.packedBytes + texts.packedBytes;
    const packing = new Packing(this.segments.memory.take(bytes));
    const lists = [attributes.seal(packing, limits.bytes), extras.seal(packing, limits.bytes)] as const;
    const dictionaries = [keyValues.seal(packing, limits.bytes), texts.seal(packing, limits.bytes)] as const;
    const sealed = this.current.sealed(words, ...dictionaries, ...lists, packing.buffer);
    this.contexts = new Map();
    this.usedBefore = 0;
    this.segments.replaceLast(sealed);
  }

  /** The rows of the open segment, which keeps its buffer when most of it is used. */
  private sealedWords(): Int32Array<SharedArrayBuffer> {
    const { rows, capacity, words } = this.current;
    if (rows >= capacity * 0.9) return words;
    const { memory } = this.segments;
    const used = words.subarray(0, rows * ROW_WORDS);
    const copy = new Int32Array(memory.take(used.byteLength), 0, used.length);
    copy.set(used);
    memory.giveBack(words.buffer);
    return copy;
  }

  private growEntries(count: number): void {
    const size = 2 ** Math.ceil(Math.log2(count));
    this.entries = new Int32Array(size);
    this.hashes = new Int32Array(size);
    this.newRoles = new Uint8Array(size);
    this.newValues = new Int32Array(size);
  }
}

function stateOf({ kind, status, events, flags }: ParsedSpan): number {
  const remote = (flags >>> WIRE_REMOTE_SHIFT) & REMOTE_MASK;
  const ofFlags = ((flags & SAMPLED_MASK) << FLAGS_SHIFT) | (remote << REMOTE_SHIFT);
  return (kind << KIND_SHIFT) | (status << STATUS_SHIFT) | (events.count > 0 ? HAS_EVENTS : 0) | ofFlags;
}
