import type { Span, Tracer, TracerProvider } from '@opentelemetry/api';
import type { World } from './world';

/** Above every minor version that an API copy may ask for. */
const VERSION = '1.999.0';

/** Methods of the API that register something; method names survive minification. */
const REGISTERS = /(^|\.)(registerGlobal\w*|setGlobal\w+|setLogger)$/;
/** The reader of the slot, its caller, and one frame in between. */
const REGISTRATION_DEPTH = 4;

const MEMBERS = ['trace', 'context', 'propagation'] as const;
type Member = (typeof MEMBERS)[number];
type Parts = Record<Member, unknown>;

/**
 * Answers for the API's global slot while the program has registered nothing: programs and libraries that only use the API get
 * the bundled SDK's spans. As soon as the program registers a provider of its own, everything here is as if it had never been.
 */
export class StandIn {
  private readonly provider: StandInProvider;
  private parts: Parts | undefined;

  /** `onTrace`: told of what the program registers as `trace`. */
  constructor(
    world: World,
    private readonly onTrace: (trace: unknown) => void,
  ) {
    this.provider = new StandInProvider(world.provider);
    this.parts = { trace: this.provider, context: world.contextManager, propagation: world.propagator };
  }

  /** `slot`: the API's symbol. An API object that is there already (another preload's) is filled up. */
  takeSlot(global: object, slot: symbol): void {
    const present = (global as Record<symbol, unknown>)[slot];
    if (present) {
      this.fillUp(present);
      return;
    }
    let registered: unknown;
    Object.defineProperty(global, slot, {
      configurable: true,
      enumerable: false,
      get: () => registered ?? this.answer(),
      set: (api: unknown) => {
        if (api === registered) return;
        registered = api;
        Object.defineProperty(global, slot, { value: api, writable: true, enumerable: true, configurable: true });
        this.fillUp(api);
      },
    });
  }

  /** The program's own provider is there: tracers that it got from us now come from that. */
  stepBack(provider: TracerProvider): void {
    this.parts = undefined;
    this.provider.delegate = provider;
  }

  /** A new object each time: the API's `disable()` deletes members of what it reads. */
  private answer(): object | undefined {
    return this.parts && !isRegistering() ? { version: VERSION, ...this.parts } : undefined;
  }

  /** What the program has not registered yet is ours, except to the function that is about to register it. */
  private fillUp(api: unknown): void {
    if (typeof api !== 'object' || api === null) return;
    for (const member of MEMBERS) {
      const present = (api as Partial<Parts>)[member];
      if (present !== undefined) {
        if (member === 'trace') this.onTrace(present);
        continue;
      }
      Object.defineProperty(api, member, {
        configurable: true,
        enumerable: true,
        get: () => (this.parts && !isRegistering() ? this.parts[member] : undefined),
        set: (value: unknown) => {
          Object.defineProperty(api, member, { value, writable: true, enumerable: true, configurable: true });
          if (member === 'trace') this.onTrace(value);
        },
      });
    }
  }
}

/** Hands out tracers that follow the provider in charge. */
class StandInProvider implements TracerProvider {
  private readonly tracers = new Map<string, Tracer>();

  constructor(public delegate: TracerProvider) {}

  getTracer(name: string, version?: string, options?: { schemaUrl?: string }): Tracer {
    const key = `${name}@${version ?? ''}:${options?.schemaUrl ?? ''}`;
    let tracer = this.tracers.get(key);
    if (!tracer) {
      tracer = new StandInTracer(() => this.delegate.getTracer(name, version, options));
      this.tracers.set(key, tracer);
    }
    return tracer;
  }
}

class StandInTracer implements Tracer {
  constructor(private readonly target: () => Tracer) {}

  startSpan(...args: Parameters<Tracer['startSpan']>): Span {
    return this.target().startSpan(...args);
  }

  startActiveSpan(...args: unknown[]): never {
    const target = this.target() as unknown as { startActiveSpan(...args: unknown[]): never };
    return target.startActiveSpan(...args);
  }
}

/** Whether the slot is read by the API's `registerGlobal`, which must see what the program registered and nothing else. */
function isRegistering(): boolean {
  const errors: { prepareStackTrace?: unknown } = Error;
  const { prepareStackTrace } = errors;
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = REGISTRATION_DEPTH;
    errors.prepareStackTrace = (_error: unknown, frames: NodeJS.CallSite[]) => frames;
    Error.captureStackTrace(holder, isRegistering);
    const frames = holder.stack as NodeJS.CallSite[];
    return frames.some((frame) => REGISTERS.test(frame.getMethodName() ?? frame.getFunctionName() ?? ''));
  } catch {
    return false;
  } finally {
    errors.prepareStackTrace = prepareStackTrace;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
