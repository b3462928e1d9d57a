import type { SpanSite } from '../../protocol/spanSites';
import { joined } from './namePieces';
import { joinPaths, type Mount, type Route, type Routes } from './routes';

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
    return this.prefixes(file, route.router, 0).flatMap((prefix) => {
      const name = joined(start, joinPaths(prefix, route.path));
      const isTelling = name.length === 1 || name.some((piece) => /\w{2}/.test(piece.replace(/^[A-Z]+ /, '')));
      return isTelling ? [{ kind: 'route' as const, name, ...route.site }] : [];
    });
  }

  /** Where what is registered on a router is reached: on an application at once. */
  private prefixes(file: string, router: string | undefined, level: number): (readonly string[])[] {
    const byName = router === undefined ? [] : (this.onto.get(localKey(file, router)) ?? []);
    const found = byName.length > 0 ? byName : (this.onto.get(file) ?? []);
    if (found.length === 0) return [router === undefined ? [''] : ANYWHERE];
    if (level >= MOST_LEVELS) return [ANYWHERE];
    const prefixes = found.flatMap(({ file: by, mount }) =>
      this.prefixes(by, mount.router, level + 1).map((above) => joinMounts(above, mount.prefix)),
    );
    return prefixes.slice(0, MOST_PREFIXES);
  }
}

function joinMounts(above: readonly string[], prefix: readonly string[]): readonly string[] {
  return prefix.length === 1 && prefix[0] === '' ? above : joinPaths(above, prefix);
}

function localKey(file: string, router: string): string {
  return `${file}\n${router}`;
}
