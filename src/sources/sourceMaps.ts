import {
  AnyMap,
  isIgnored,
  LEAST_UPPER_BOUND,
  originalPositionFor,
  type SectionedSourceMapInput,
  type TraceMap,
} from '@jridgewell/trace-mapping';
import { errorMessage, type Log } from '../base/log';
import { baseName, isAbsolutePath, pathKey } from '../base/paths';
import { alignedLines } from './alignedLines';
import { compiledFrom } from './compiledFrom';
import type { FileAccess } from './fileAccess';
import { isVendorPath } from './originalPath';

/** Nobody wrote more in one file. */
const MOST_ALIGNED_CHARACTERS = 1_000_000;
/** A file is looked at again after so many milliseconds at the earliest. */
const FRESH_MS = 1_000;
const COMMENT = /^[ \t]*\/\/[#@][ \t]*sourceMappingURL=[ \t]*(\S+)[ \t]*$/gm;
const DRIVE = /^[A-Za-z]:[\\/]/;
/** Columns fit into 2^24 in the longest of minified files. */
const COLUMNS = 2 ** 24;

/** Where a position of generated code comes from. */
export interface OriginalPosition {
  /** As the map has it, resolved against the map's own URL. */
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** The map says that the source is somebody else's (`ignoreList`). */
  readonly ignored: boolean;
  /** No map says so: the line was found by its text. */
  readonly byText?: boolean;
}

/** Of code that was compiled without a map. */
export interface AlignedSource {
  readonly path: string;
  readonly lines: readonly string[];
  /** The source's line, from 0, by the code's; -1 where nothing tells. */
  readonly lineOf: Int32Array;
}

/** The source map of one generated file. */
export class FileMap {
  private readonly positions = new Map<number, OriginalPosition | undefined>();

  private constructor(
    private readonly map: TraceMap | undefined,
    /** The code says that it has a map, but there is none that can be read. */
    readonly missing: string | undefined,
    private readonly aligned?: AlignedSource,
  ) {}

  /** The file is its own source. */
  static readonly none = new FileMap(undefined, undefined);

  static missing(name: string): FileMap {
    return new FileMap(undefined, name);
  }

  static byText(aligned: AlignedSource): FileMap {
    return new FileMap(undefined, undefined, aligned);
  }

  /** `url`: of the map, which its sources are relative to. Throws on JSON that is no source map. */
  static parse(json: string, url: string): FileMap {
    return new FileMap(new AnyMap(withDrivesAsUrls(json), url), undefined);
  }

  get mapped(): boolean {
    return this.map !== undefined;
  }

  /** As the map has it, where there is only one. */
  get soleSource(): string | undefined {
    const sources = this.map?.resolvedSources ?? [];
    return sources.length === 1 ? sources[0] : undefined;
  }

  /** 1-based line and column. Undefined where no source made the code, such as in a bundler's own glue. */
  original(line: number, column: number): OriginalPosition | undefined {
    if (this.aligned) return lineByText(this.aligned, line);
    if (!this.map) return undefined;
    const key = line * COLUMNS + Math.min(column, COLUMNS - 1);
    if (!this.positions.has(key)) this.positions.set(key, this.lookUp(this.map, line, column - 1));
    return this.positions.get(key);
  }

  private lookUp(map: TraceMap, line: number, column: number): OriginalPosition | undefined {
    if (line < 1 || column < 0) return undefined;
    let found = originalPositionFor(map, { line, column });
    // Before the line's first mapping stands only indentation.
    if (found.source === null) found = originalPositionFor(map, { line, column, bias: LEAST_UPPER_BOUND });
    if (found.source === null) return undefined;
    const { source, line: originalLine, column: originalColumn } = found;
    return { source, line: originalLine, column: originalColumn + 1, ignored: isIgnored(map, source) };
  }
}

function lineByText({ path, lines, lineOf }: AlignedSource, line: number): OriginalPosition | undefined {
  const found = lineOf[line - 1] ?? -1;
  if (found < 0) return undefined;
  return { source: path, line: found + 1, column: lines[found].search(/\S|$/) + 1, ignored: false, byText: true };
}

interface CacheEntry {
  readonly map: FileMap;
  readonly stamps: string;
  /** The map's own file, where it has one; else the source that the code was aligned with. */
  readonly mapPath?: string;
  checkedAt: number;
}

/** The source maps of files on disk: loaded when first asked for, again when the file or its map has changed. */
export class SourceMaps {
  private readonly entries = new Map<string, CacheEntry>();

  constructor(
    private readonly files: FileAccess,
    private readonly log: Log,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** `path` as `pathKey` writes it. */
  of(path: string): FileMap {
    const known = this.entries.get(path);
    if (known && this.now() - known.checkedAt < FRESH_MS) return known.map;
    if (known && known.stamps === this.stamps(path, known.mapPath)) {
      known.checkedAt = this.now();
      return known.map;
    }
    const { map, mapPath } = this.load(path);
    const stamps = this.stamps(path, mapPath);
    this.entries.set(path, { map, mapPath, stamps, checkedAt: this.now() });
    return map;
  }

  private stamps(path: string, mapPath: string | undefined): string {
    return `${this.files.stamp(path)} ${mapPath === undefined ? '' : this.files.stamp(mapPath)}`;
  }

  private load(path: string): { map: FileMap; mapPath?: string } {
    const code = this.files.read(path);
    const comment = lastComment(code);
    const inline = comment?.startsWith('data:') ? dataUrlText(comment) : undefined;
    if (inline !== undefined) return { map: this.parse(inline, fileUrl(path), path) };
    const named = comment === undefined ? `${path}.map` : mapPathOf(comment, path);
    for (const mapPath of new Set([named, `${path}.map`])) {
      const json = this.files.read(mapPath);
      if (json !== undefined) return { map: this.parse(json, fileUrl(mapPath), mapPath), mapPath };
    }
    return (
      this.loadByText(path, code) ?? {
        map: comment === undefined ? FileMap.none : FileMap.missing(baseName(named)),
        mapPath: named,
      }
    );
  }

  /** The TypeScript that the code was compiled from, where its lines can be told by their text. */
  private loadByText(path: string, code: string | undefined): { map: FileMap; mapPath: string } | undefined {
    if (code === undefined || code.length > MOST_ALIGNED_CHARACTERS || isVendorPath(path)) return undefined;
    const source = compiledFrom(path, this.files);
    const text = source === undefined ? undefined : this.files.read(source);
    if (source === undefined || text === undefined || text.length > MOST_ALIGNED_CHARACTERS) return undefined;
    const lines = text.split('\n');
    const map = FileMap.byText({ path: source, lines, lineOf: alignedLines(code.split('\n'), lines) });
    return { map, mapPath: source };
  }

  private parse(json: string, url: string, name: string): FileMap {
    try {
      return FileMap.parse(json, url);
    } catch (error) {
      this.log.warn(
        `The source map ${name} cannot be read: ${errorMessage(error)}. Locations stay in the generated code.`,
      );
      return FileMap.missing(baseName(name));
    }
  }
}

/** `path` as `pathKey` writes it. */
export function fileUrl(path: string): string {
  const escaped = encodeURI(path).replace(/[?#]/g, encodeURIComponent);
  if (escaped.startsWith('//')) return `file:${escaped}`;
  return escaped.startsWith('/') ? `file://${escaped}` : `file:///${escaped}`;
}

function lastComment(code: string | undefined): string | undefined {
  // Bundles of bundles hold several; the last is the file's own.
  const start = Math.max(0, (code?.lastIndexOf('sourceMappingURL=') ?? 0) - 100);
  return code === undefined ? undefined : [...code.slice(start).matchAll(COMMENT)].at(-1)?.[1];
}

function dataUrlText(url: string): string | undefined {
  const parts = /^data:([^,]*),(.*)$/s.exec(url);
  if (!parts) return undefined;
  const [, type = '', data = ''] = parts;
  if (/;base64$/i.test(type)) return Buffer.from(data, 'base64').toString('utf8');
  try {
    return decodeURIComponent(data);
  } catch {
    return data;
  }
}

function mapPathOf(comment: string, path: string): string {
  if (/^file:/i.test(comment) || isAbsolutePath(comment)) return pathKey(comment);
  if (/^[a-z][a-z0-9+.-]+:/i.test(comment)) return `${path}.map`; // on a server: the copy beside the code will do
  return pathKey(decodeURI(new URL(comment, fileUrl(path)).href));
}

interface MapJson {
  sourceRoot?: unknown;
  sources?: unknown;
  sections?: unknown;
}

/** `C:\app` in a map would be taken for a URL with the scheme "c". */
function withDrivesAsUrls(json: string): SectionedSourceMapInput {
  const map = JSON.parse(json.replace(/^\)\]\}'[^\n]*\n/, '')) as MapJson;
  const sections = Array.isArray(map.sections) ? (map.sections as { map?: MapJson }[]) : [];
  for (const each of [map, ...sections.map((section) => section.map)]) {
    if (!each) continue;
    each.sourceRoot = driveAsUrl(each.sourceRoot);
    if (Array.isArray(each.sources)) each.sources = each.sources.map(driveAsUrl);
  }
  return map as SectionedSourceMapInput;
}

function driveAsUrl(text: unknown): unknown {
  return typeof text === 'string' && DRIVE.test(text) ? fileUrl(pathKey(text)) : text;
}
