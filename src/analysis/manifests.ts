import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectFacts } from '../lint/rule';
import { installedSemconv, SEMCONV_PACKAGE } from '../lint/semconv/installed';
import type { SemconvTable } from '../lint/semconv/table';

const FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

/** What package.json files say, from a folder up to the root of the file system, and what is installed there. */
export class Manifests {
  private readonly byFolder = new Map<string, FolderFacts>();

  factsOf(folder: string): ProjectFacts {
    return this.folder(folder);
  }

  forget(): void {
    this.byFolder.clear();
  }

  private folder(path: string): FolderFacts {
    let facts = this.byFolder.get(path);
    if (!facts) {
      const parent = dirname(path);
      facts = new FolderFacts(path, parent === path ? undefined : this.folder(parent));
      this.byFolder.set(path, facts);
    }
    return facts;
  }
}

class FolderFacts implements ProjectFacts {
  private dependencies: ReadonlySet<string> | undefined;
  private semconvRead: { readonly table: SemconvTable | undefined } | undefined;

  constructor(
    private readonly path: string,
    private readonly above: FolderFacts | undefined,
  ) {}

  dependsOn(name: string): boolean {
    this.dependencies ??= dependenciesIn(this.path);
    return this.dependencies.has(name) || this.above?.dependsOn(name) === true;
  }

  get semconv(): SemconvTable | undefined {
    this.semconvRead ??= {
      table: installedSemconv(join(this.path, 'node_modules', SEMCONV_PACKAGE)) ?? this.above?.semconv,
    };
    return this.semconvRead.table;
  }
}

function dependenciesIn(folder: string): ReadonlySet<string> {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      object | undefined
    >;
    return new Set(FIELDS.flatMap((field) => Object.keys(manifest[field] ?? {})));
  } catch {
    return new Set(); // none here, or one that is being edited
  }
}
