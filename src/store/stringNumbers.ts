import { Row, type Segment, type SpanContext } from './segment';
import { nameOf } from './rowName';

const LAST_SERVICE = 0xffff;

/** Names and services of an answer by number. A string of a segment is made and looked up once. */
export class StringNumbers {
  readonly names: string[] = [];
  readonly services: string[] = [];
  private readonly nameNumbers = new Map<string, number>();
  private readonly serviceNumbers = new Map<string, number>();
  private readonly contextServices = new Map<SpanContext, number>();
  /** Number + 1 by text, for each segment. */
  private readonly segmentNames = new Map<Segment, Uint32Array>();
  private segment: Segment | undefined;
  private current: Uint32Array = new Uint32Array(0);
  private context: SpanContext | undefined;
  private contextService = 0;

  name(segment: Segment, at: number): number {
    if (segment !== this.segment) this.enter(segment);
    const text = segment.words[at + Row.name];
    if (this.current[text] === 0) {
      this.current[text] = numberOf(nameOf(segment, at), this.names, this.nameNumbers) + 1;
    }
    return this.current[text] - 1;
  }

  service(segment: Segment, at: number): number {
    const context = segment.context(at);
    if (context !== this.context) {
      this.context = context;
      this.contextService = this.serviceOf(context);
    }
    return this.contextService;
  }

  private serviceOf(context: SpanContext): number {
    const known = this.contextServices.get(context);
    if (known !== undefined) return known;
    const number = Math.min(LAST_SERVICE, numberOf(context.service, this.services, this.serviceNumbers));
    this.contextServices.set(context, number);
    return number;
  }

  private enter(segment: Segment): void {
    this.segment = segment;
    this.current = this.segmentNames.get(segment) ?? new Uint32Array(segment.texts.count);
    this.segmentNames.set(segment, this.current);
  }
}

function numberOf(text: string, texts: string[], numbers: Map<string, number>): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, texts.push(text) - 1);
  return texts.length - 1;
}
