import { encodeAttributes } from './encodeSpan';
import type { Attributes, Resource } from './sdkTypes';

/** Detectors are waited for so long; the first spans are to be seen within a second. */
const PATIENCE_MS = 300;

/** What we know of a resource whose detectors were at work when its first span ended. */
interface Detection {
  readonly since: number;
  /** What was known at once, then all of it. */
  attributes: Attributes;
  done: boolean;
}

/** Resources as JSON, and whether their detectors are done. */
export class Resources {
  private readonly detections = new WeakMap<Resource, Detection>();
  private readonly encoded = new WeakMap<Resource, string>();

  constructor(private readonly now: () => number) {}

  /** False while attributes are still being detected and it is worth waiting for them. */
  isSettled(resource: Resource | undefined): boolean {
    if (!resource?.asyncAttributesPending) return true;
    const { done, since } = this.detectionOf(resource);
    return done || this.now() - since > PATIENCE_MS;
  }

  /** OTLP's `Resource`. */
  encode(resource: Resource | undefined): string {
    if (!resource) return '{"attributes":[]}';
    const known = this.encoded.get(resource);
    if (known) return known;
    const detection = resource.asyncAttributesPending ? this.detectionOf(resource) : undefined;
    const json = `{"attributes":[${encodeAttributes(detection ? detection.attributes : resource.attributes)}]}`;
    if (!detection || detection.done) this.encoded.set(resource, json);
    return json;
  }

  /** The SDK itself looks at its detectors' promises only when it exports, seconds later: we look ourselves. */
  private detectionOf(resource: Resource): Detection {
    const known = this.detections.get(resource);
    if (known) return known;
    const detection: Detection = { since: this.now(), attributes: knownAttributes(resource), done: false };
    this.detections.set(resource, detection);
    detectedAttributes(resource).then(
      (attributes) => {
        detection.attributes = { ...detection.attributes, ...attributes };
        detection.done = true;
      },
      () => {
        detection.done = true;
      },
    );
    return detection;
  }
}

function knownAttributes(resource: Resource): Attributes {
  const pairs = resource._rawAttributes;
  return pairs ? attributesOf(pairs.filter(([, value]) => !isPromise(value))) : (resource._syncAttributes ?? {});
}

async function detectedAttributes(resource: Resource): Promise<Attributes> {
  const pairs = resource._rawAttributes;
  if (!pairs) return { ...(await resource._asyncAttributesPromise) };
  const values = await Promise.all(pairs.map(([, value]) => value));
  return attributesOf(pairs.map(([key], index) => [key, values[index]]));
}

/** The first value of a key counts, as in the SDK's merged resources. */
function attributesOf(pairs: readonly (readonly [string, unknown])[]): Attributes {
  const attributes: Attributes = {};
  for (const [key, value] of pairs) if (value !== undefined && value !== null) attributes[key] ??= value;
  return attributes;
}

function isPromise(value: unknown): boolean {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
