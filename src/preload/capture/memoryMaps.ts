import { readFileSync } from 'fs';
import type { SourceMap } from 'module';
import type { MemorySourceMap } from '../../protocol/preload';
import { nodeLoader } from '../stage0/nodeLoader';
import { mapsOfScripts } from './inspectorMaps';
import { isCompiledSource } from './loaderPositions';
import type { CallSite } from './recordedSpan';

/** Source maps that only this process has; those on disk the engine finds by itself. */
export class MemoryMaps {
  private readonly looked = new Set<string>();
  private scripts: ReadonlyMap<string, string> | undefined;

  /** `inlineMaps`: `data:` URLs by the file that was compiled with them. */
  constructor(private readonly inlineMaps: ReadonlyMap<string, string>) {}

  has(file: string): boolean {
    return this.inlineMaps.has(file) || knownToNode(file) !== undefined;
  }

  /** The maps that the site's frames need and that were not handed out before. */
  forSite(site: CallSite): MemorySourceMap[] {
    const maps: MemorySourceMap[] = [];
    for (const { place } of site.frames) {
      const file = place[0];
      if (this.looked.has(file)) continue;
      this.looked.add(file);
      const map = this.find(file);
      if (map) maps.push({ file, map });
    }
    return maps;
  }

  /** The batch with these maps was lost: they are handed out again. */
  forget(maps: readonly MemorySourceMap[]): void {
    for (const { file } of maps) this.looked.delete(file);
  }

  private find(file: string): string | undefined {
    const inline = this.inlineMaps.get(file);
    if (inline) return decodeDataUrl(inline);
    return loaderMap(file) ?? this.scriptMap(file);
  }

  private scriptMap(file: string): string | undefined {
    if (!isCompiledSource(file)) return undefined;
    if (!this.scripts?.has(file)) this.scripts = mapsOfScripts();
    const url = this.scripts.get(file);
    return url === undefined ? undefined : decodeDataUrl(url);
  }
}

/** An ES module loader's map: Node keeps it while source maps are switched on, but does so for maps on disk as well. */
function loaderMap(file: string): string | undefined {
  const map = knownToNode(file);
  return map && !namesItsMap(file) ? JSON.stringify(map.payload) : undefined;
}

function knownToNode(file: string): SourceMap | undefined {
  try {
    return nodeLoader().findSourceMap(file);
  } catch {
    return undefined;
  }
}

function namesItsMap(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').includes('sourceMappingURL=');
  } catch {
    return false;
  }
}

/** `data:application/json;charset=utf-8;base64,…` */
export function decodeDataUrl(url: string): string | undefined {
  const comma = url.indexOf(',');
  if (comma < 0) return undefined;
  const text = url.slice(comma + 1).trim();
  try {
    return /;base64$/i.test(url.slice(0, comma)) ? Buffer.from(text, 'base64').toString() : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
