import type { SpanSite } from '../../protocol/spanSites';
import { joined } from './namePieces';
import type { Router } from './routers';
import { joinPaths, type Mount, NEST, type Route, type Routes } from './routes';

/** Routers that mount each other are followed so far. */
const MOST_LEVELS = 6;
/** What is mounted at more places is a library's. */
const MOST_PREFIXES = 8;
const ANYWHERE: readonly string[] = ['', ''];

interface MountIn {
  readonly file: string;
  readonly mount: Mount;
}

/** Puts routes together with where their routers are mounted, across files. */
export class MountedRoutes {
  private readonly onto = new Map<string, MountIn[]>();

  constructor(private readonly files: ReadonlyMap<string, Routes>) {
    for (const [file, { mounts }] of files)
      for (const mount of mounts) {
        const target = 'path' in mount.onto ? mount.onto.path : localKey(file, mount.onto.local);
        this.onto.set(target, [...(this.onto.get(target) ?? []), { file, mount }]);
      }
  }

  sitesOf(file: string): SpanSite[] {
    return (this.files.get(file)?.routes ?? []).flatMap((route) => this.sites(file, route));
  }

  private sites(file: string, route: Route): SpanSite[] {
    const start = route.method === undefined ? [''] : [`${route.method} `];
    const prefixes = route.router === NEST ? [this.globalPrefix(file)] : this.prefixes(file, route.router, 0);
    return prefixes.flatMap((prefix) => {
      const name = joined(start, joinPaths(prefix, route.path));
      const isTelling = name.length === 1 || name.some((piece) => /\w{2}/.test(piece.replace(/^[A-Z]+ /, '')));
      return isTelling ? [{ kind: 'route' as const, name, ...route.site }] : [];
    });
  }

  /** Of the program's main file, which is the nearest that has one. */
  private globalPrefix(file: string): readonly string[] {
    let nearest: { readonly shared: number; readonly prefix: readonly string[] } = { shared: -1, prefix: [''] };
    for (const [main, { globalPrefix }] of this.files) {
      const shared = globalPrefix ? sharedLength(main, file) : -1;
      if (globalPrefix && shared > nearest.shared) nearest = { shared, prefix: globalPrefix };
    }
    return nearest.prefix;
  }

  /** Where what is registered on a router is reached: on an application at once. */
  private prefixes(file: string, router: Router | undefined, level: number): (readonly string[])[] {
    const above = this.above(file, router, level);
    return router ? above.map((each) => joinMounts(each, router.prefix)) : above;
  }

  private above(file: string, router: Router | undefined, level: number): (readonly string[])[] {
    const byName = router ? (this.onto.get(localKey(file, router.name)) ?? []) : [];
    const found = byName.length > 0 ? byName : (this.onto.get(file) ?? []);
    if (found.length === 0) return [!router || router.standsAlone ? [''] : ANYWHERE];
    if (level >= MOST_LEVELS) return [ANYWHERE];
    const prefixes = found.flatMap(({ file: by, mount }) =>
      this.prefixes(by, mount.router, level + 1).map((each) => joinMounts(each, mount.prefix)),
    );
    return prefixes.slice(0, MOST_PREFIXES);
  }
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length++;
  return length;
}

function joinMounts(above: readonly string[], prefix: readonly string[]): readonly string[] {
  return prefix.length === 1 && prefix[0] === '' ? above : joinPaths(above, prefix);
}

function localKey(file: string, router: string): string {
  return `${file}\n${router}`;
}
