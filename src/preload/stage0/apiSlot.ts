/** The slot on `globalThis` where every copy of @opentelemetry/api 1.x meets the others. */
export const API_SLOT = Symbol.for('opentelemetry.js.api.1');

type Members = Record<PropertyKey, unknown>;

/**
 * Tells `onTrace` what a copy of the OpenTelemetry API registers as `trace`. The slot gets a setter that makes itself a plain
 * property again on the first write; so does its `trace`. No module is hooked: it works for copies inlined by a bundler too.
 */
export function watchApiSlot(global: object, onTrace: (trace: unknown) => void): void {
  const present = (global as Members)[API_SLOT];
  if (present) {
    watchTrace(present, onTrace);
    return;
  }
  Object.defineProperty(global, API_SLOT, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set: (api: unknown) => {
      Object.defineProperty(global, API_SLOT, plain(api));
      safely(() => watchTrace(api, onTrace));
    },
  });
}

/** `api` is the object in the slot. */
export function watchTrace(api: unknown, onTrace: (trace: unknown) => void): void {
  if (!isObject(api)) return;
  const present = api.trace;
  if (present) {
    onTrace(present);
    return;
  }
  Object.defineProperty(api, 'trace', {
    configurable: true,
    enumerable: true,
    get: () => undefined,
    set: (trace: unknown) => {
      Object.defineProperty(api, 'trace', plain(trace));
      safely(() => onTrace(trace));
    },
  });
}

const watchedPrototypes = new WeakSet<object>();

/**
 * `provider` is what was registered: the API's `ProxyTracerProvider`, whose delegate is set right after, or (where somebody
 * builds the slot by hand) a provider.
 */
export function watchProvider(provider: unknown, onProvider: (provider: unknown) => void): void {
  if (!isObject(provider)) return;
  if (typeof provider.setDelegate !== 'function') {
    onProvider(provider);
    return;
  }
  if (provider._delegate) onProvider(provider._delegate);
  const prototype = ownerOf(provider, 'setDelegate');
  if (!prototype || watchedPrototypes.has(prototype)) return;
  watchedPrototypes.add(prototype);
  const setDelegate = prototype.setDelegate as (...args: unknown[]) => unknown;
  prototype.setDelegate = function (this: unknown, ...args: unknown[]) {
    safely(() => onProvider(args[0]));
    return setDelegate.apply(this, args);
  };
}

/** The object in the prototype chain that holds the member itself. */
function ownerOf(object: Members, member: string): Members | undefined {
  let owner: unknown = object;
  while (isObject(owner)) {
    if (Object.prototype.hasOwnProperty.call(owner, member)) return owner;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

function plain(value: unknown): PropertyDescriptor {
  return { value, writable: true, enumerable: true, configurable: true };
}

function isObject(value: unknown): value is Members {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whatever goes wrong on our side must not reach the program that writes the slot. */
function safely(run: () => void): void {
  try {
    run();
  } catch {
    // the program goes on unrecorded
  }
}
