import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ModuleLinker } from '../lint/model';
import { ParsedFile } from '../lint/parsedFile';
import type { ProjectFacts } from '../lint/rule';
import type { ts } from '../lint/ts';
import { MAX_TEXT } from '../lint/prefilter';
import { ModuleResolver } from './moduleResolver';
import { Manifests } from './manifests';

/** What is known of open files before the disk is asked. */
export interface OpenFiles {
  /** Text and a number that changes with it. */
  open(path: string): { readonly text: string; readonly version: number } | undefined;
}

interface Entry {
  readonly file: ParsedFile;
  readonly stamp: string;
  /** When the disk was last asked, in milliseconds of `performance.now()`. */
  checkedAt: number;
}

/** While somebody types, neighbours on the disk are looked at no more often than this, in milliseconds. */
const CHECK_EVERY_MS = 1000;

/** Parsed neighbours that are kept; the one used longest ago goes first. */
const MAX_FILES = 400;

/** Files around the one that is linted: modules it imports, the package it belongs to. Reads the disk, never writes. */
export class Workspace {
  private readonly files = new Map<string, Entry>();
  private readonly resolver = new ModuleResolver();
  private readonly manifests = new Manifests();

  constructor(private readonly openFiles: OpenFiles) {}

  readonly link: ModuleLinker = (fromPath, module) => {
    const path = this.resolver.resolve(fromPath, module);
    return path === undefined ? undefined : this.file(path);
  };

  /** As {@link link}, for types: OpenTelemetry's own declarations, too, as far as they are installed. */
  readonly typesOf = (fromPath: string, module: string): string | undefined =>
    this.resolver.resolve(fromPath, module) ?? this.resolver.resolveTypes(fromPath, module);

  /** A file's parse, which types can share; undefined for what is installed. */
  readonly sourceOf = (path: string): ts.SourceFile | undefined =>
    path.includes('/node_modules/') ? undefined : this.file(path)?.tree;

  projectOf(path: string): ProjectFacts {
    return this.manifests.factsOf(dirname(path));
  }

  /** Something on the disk changed that resolution or manifests depend on. */
  forget(): void {
    this.resolver.forget();
    this.manifests.forget();
  }

  private file(path: string): ParsedFile | undefined {
    const open = this.openFiles.open(path);
    const known = this.files.get(path);
    const now = performance.now();
    const isFresh =
      !open && known !== undefined && now - known.checkedAt < CHECK_EVERY_MS && !known.stamp.startsWith('open');
    const stamp = isFresh ? known.stamp : open ? `open ${open.version}` : stampOf(path);
    if (stamp === undefined) return undefined;
    if (known?.stamp === stamp) {
      if (!isFresh) known.checkedAt = now;
      this.files.delete(path);
      this.files.set(path, known);
      return known.file;
    }
    const text = open?.text ?? read(path);
    if (text === undefined || text.length > MAX_TEXT) return undefined;
    const file = new ParsedFile(path, text, this.link);
    this.files.set(path, { file, stamp, checkedAt: now });
    if (this.files.size > MAX_FILES) this.files.delete(this.files.keys().next().value!);
    return file;
  }
}

function stampOf(path: string): string | undefined {
  try {
    const { mtimeMs, size } = statSync(path);
    return `${mtimeMs} ${size}`;
  } catch {
    return undefined; // gone since it was resolved
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
