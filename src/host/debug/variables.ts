/** Variables as a launch configuration has them; null takes one away. */
export type Environment = Readonly<Record<string, string | null>>;

/** The value of a variable; the last spelling wins where Windows takes two spellings for one variable. */
export function lookUp<T>(env: Readonly<Record<string, T>>, key: string, platform: NodeJS.Platform): T | undefined {
  const spelling = Object.keys(env).findLast((candidate) => sameKey(candidate, key, platform));
  return spelling === undefined ? undefined : env[spelling];
}

export function sameKey(a: string, b: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? a.toUpperCase() === b.toUpperCase() : a === b;
}

/** `env` as people write it in launch.json: numbers and booleans are meant as text, anything else is no variable. */
export function asEnvironment(configured: unknown): Environment {
  if (typeof configured !== 'object' || configured === null) return {};
  const usable = Object.entries(configured).flatMap(([key, value]): [string, string | null][] => {
    if (typeof value === 'string' || value === null) return [[key, value]];
    return typeof value === 'number' || typeof value === 'boolean' ? [[key, String(value)]] : [];
  });
  return Object.fromEntries(usable);
}

/**
 * The variables of a launch configuration in any of the shapes that debuggers have: an object `env`, a list of `KEY=value`, or the
 * list `environment` of names and values.
 */
export function configuredEnvironment(config: Readonly<Record<string, unknown>>): Environment {
  const { env, environment } = config;
  if (Array.isArray(env)) return Object.fromEntries(env.flatMap(assignment));
  if (Array.isArray(environment)) return Object.fromEntries(environment.flatMap(namedValue));
  return asEnvironment(env);
}

/** The configuration with these variables over its own, in the shape that it has or that its type knows. */
export function withEnvironment<C extends Readonly<Record<string, unknown>>>(
  config: C,
  added: Readonly<Record<string, string>>,
  platform: NodeJS.Platform,
): C {
  const theirs = Object.entries(configuredEnvironment(config));
  const kept = theirs.filter(([key]) => !Object.keys(added).some((own) => sameKey(own, key, platform)));
  const all: [string, string | null][] = [...kept, ...Object.entries(added)];
  if (Array.isArray(config.env)) return { ...config, env: all.map(([key, value]) => `${key}=${value ?? ''}`) };
  if (LISTED.has(config.type) || Array.isArray(config.environment))
    return { ...config, environment: all.map(([name, value]) => ({ name, value: value ?? '' })) };
  return { ...config, env: Object.fromEntries(all) };
}

/** Types of the C++ debugger. */
const LISTED = new Set<unknown>(['cppdbg', 'cppvsdbg']);

function assignment(text: unknown): [string, string][] {
  const [, key, value] = (typeof text === 'string' && /^([^=]+)=(.*)$/s.exec(text)) || [];
  return key === undefined ? [] : [[key, value]];
}

function namedValue(entry: unknown): [string, string][] {
  const { name, value } = (entry ?? {}) as { name?: unknown; value?: unknown };
  return typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [];
}
