import type { AnyFunction } from '../../capture/sdkTypes';
import type { PackageFile } from '../../stage0/packageFile';

/** Packages with the function that makes a request handler of what `react-router build`, or Remix's, has built. */
const PACKAGES: Readonly<Record<string, RegExp>> = {
  'react-router': /^dist\/(?:development|production)\/index\.m?js$/,
  '@remix-run/server-runtime': /^dist\/(?:index|server)\.js$/,
};
const MAKER = 'createRequestHandler';

/** Told of each request before it is handled, with what the handler was made of; in the request's own context. */
export type RequestListener = (request: Request, build: unknown) => void;

/** The exports that the file shall have so that `before` hears of the requests that React Router or Remix answers. */
export function followRequests(file: PackageFile, exports: unknown, before: RequestListener): unknown {
  const { packageName, path } = file;
  if (!Object.prototype.hasOwnProperty.call(PACKAGES, packageName) || !PACKAGES[packageName].test(path)) return exports;
  const original = (exports as Record<string, unknown>)[MAKER];
  if (typeof original !== 'function') return exports;
  const followed = following(original as AnyFunction, before);
  const descriptors = Object.getOwnPropertyDescriptors(exports as object);
  // Its members are getters that cannot be replaced.
  return Object.create(Object.getPrototypeOf(exports) as object, {
    ...descriptors,
    [MAKER]: { value: followed, enumerable: true, configurable: true, writable: true },
  }) as unknown;
}

function following(original: AnyFunction, before: RequestListener): AnyFunction {
  return function createRequestHandler(this: unknown, ...args: unknown[]): unknown {
    const [build, ...rest] = args;
    let coming: unknown;
    const tell = (request: unknown, built: unknown): void => {
      try {
        if (request && built) before(request as Request, built);
      } catch {
        // It is named as it would be without us.
      }
    };
    const isAsked = typeof build === 'function';
    async function asked(this: unknown, ...given: unknown[]): Promise<unknown> {
      const request = coming;
      const built = await (build as AnyFunction).apply(this, given);
      tell(request, built);
      return built;
    }
    const handler = original.call(this, isAsked ? asked : build, ...rest);
    if (typeof handler !== 'function') return handler;
    return function requestHandler(this: unknown, ...handled: unknown[]): unknown {
      const [request] = handled;
      if (!isAsked) tell(request, build);
      // A handler asks for what was built, which in development changes, before it does anything else.
      coming = request;
      try {
        return (handler as AnyFunction).apply(this, handled);
      } finally {
        coming = undefined;
      }
    };
  };
}
