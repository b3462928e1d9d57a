import type { Operation } from '../../model/operation';
import type { SourceLocation } from '../../model/sourceLocation';
import type { StackSources } from '../stackSources';

/** Finds the line of an operation by the stack that the sender recorded with its first span. */
export class CodeStacks {
  /** Stacks that were looked at, with their services: several operations share them. */
  private readonly found = new Map<string, SourceLocation | undefined>();
  private generation = 0;

  constructor(private readonly stacks: StackSources) {}

  locate({ stack, service }: Operation): SourceLocation | undefined {
    if (stack === undefined) return undefined;
    if (this.generation !== this.stacks.generation || this.found.size >= MOST_STACKS) this.found.clear();
    this.generation = this.stacks.generation;
    const key = `${service}\n${stack}`;
    if (!this.found.has(key)) this.found.set(key, this.innermost(stack, service));
    return this.found.get(key);
  }

  private innermost(stack: string, service: string): SourceLocation | undefined {
    const location = this.stacks.innermost(stack, service);
    if (!location) return undefined;
    const { reason } = location;
    // An agent may take the stack when the span ends, which is not always on the line where it began.
    const confidence = location.confidence === 'certain' ? 'likely' : location.confidence;
    return { ...location, confidence, reason: reason.replace(FRAME, 'first own frame of code.stacktrace') };
  }
}

const MOST_STACKS = 2_000;
const FRAME = /^stack trace/;
