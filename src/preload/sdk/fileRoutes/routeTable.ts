import type { FileRoute } from '../../../protocol/fileRoutes';

/** `ignoresCase`: `/Orders` is `/orders`. */
export type TableRoute = Pick<FileRoute, 'name' | 'pattern' | 'method'> & { readonly ignoresCase?: boolean };

type Part = 'text' | 'mixed' | 'one' | 'optional' | 'rest';
/** What says more of a path comes first. */
const ORDER: readonly Part[] = ['text', 'mixed', 'one', 'optional', 'rest'];

interface Entry {
  readonly route: TableRoute;
  readonly parts: readonly Part[];
  readonly path: RegExp;
  /** A function of the program's has a say in what it matches: `[id=number]`. */
  readonly isGuarded: boolean;
}

/** Finds which of the files answers a path. */
export class RouteTable {
  private readonly entries: readonly Entry[];

  constructor(routes: readonly TableRoute[]) {
    this.entries = routes.map(entryOf).sort(byPrecision);
  }

  /** The route's name; undefined where there is none, or where what decides is not known here. `path` is without a query. */
  nameOf(method: string, path: string): string | undefined {
    const matching = this.entries.filter(({ route, path: pattern }) => takes(route, method) && pattern.test(path));
    if (matching.length === 0) return undefined;
    const [{ route: first, isGuarded }] = matching;
    const others = matching.some(({ route }) => route.name !== first.name);
    return isGuarded && others ? undefined : first.name;
  }
}

function entryOf(route: TableRoute): Entry {
  const segments = route.pattern.split('/').filter((segment) => segment !== '');
  return {
    route,
    parts: segments.map(partOf),
    path: new RegExp(`^${segments.map(segmentPattern).join('')}/?$`, route.ignoresCase ? 'i' : ''),
    isGuarded: /\[[^\]]*=/.test(route.pattern),
  };
}

function takes({ method }: TableRoute, asked: string): boolean {
  return method === undefined || method === asked || (method === 'GET' && asked === 'HEAD');
}

function partOf(segment: string): Part {
  if (!segment.includes('[')) return 'text';
  if (/^\[\.\.\.[^\]]*\]$/.test(segment)) return 'rest';
  if (/^\[\[[^\]]+\]\]$/.test(segment)) return 'optional';
  return /^\[[^\]]+\]$/.test(segment) ? 'one' : 'mixed';
}

function segmentPattern(segment: string): string {
  const part = partOf(segment);
  if (part === 'rest') return '(?:/.*)?';
  if (part === 'optional') return '(?:/[^/]+)?';
  const pieces = segment.split(/(\[\.\.\.[^\]]+\]|\[[^\]]+\])/);
  const inner = pieces.map((piece, index) => {
    if (index % 2 === 0) return piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return piece.startsWith('[...') ? '.*' : '[^/]+?';
  });
  return `/${inner.join('')}`;
}

/** Segment by segment; where all are alike, an endpoint of its own method comes before one of any, and the longer route first. */
function byPrecision(one: Entry, other: Entry): number {
  const shared = Math.min(one.parts.length, other.parts.length);
  for (let index = 0; index < shared; index++) {
    const difference = ORDER.indexOf(one.parts[index]) - ORDER.indexOf(other.parts[index]);
    if (difference !== 0) return difference;
  }
  const guarded = Number(other.isGuarded) - Number(one.isGuarded);
  const specific = Number(other.route.method !== undefined) - Number(one.route.method !== undefined);
  return other.parts.length - one.parts.length || guarded || specific;
}
