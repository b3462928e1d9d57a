import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { environmentFiles, type EnvironmentFile } from './environmentFiles';
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
  private manifestRead: Manifest | undefined;
  private semconvRead: { readonly table: SemconvTable | undefined } | undefined;
  private environmentRead: readonly EnvironmentFile[] | undefined;

  constructor(
    private readonly path: string,
    private readonly above: FolderFacts | undefined,
  ) {}

  dependsOn(name: string): boolean {
    return this.manifest.dependencies.has(name) || this.above?.dependsOn(name) === true;
  }

  get semconv(): SemconvTable | undefined {
    this.semconvRead ??= {
      table: installedSemconv(join(this.path, 'node_modules', SEMCONV_PACKAGE)) ?? this.above?.semconv,
    };
    return this.semconvRead.table;
  }

  get packageName(): string | undefined {
    return this.manifest.name ?? this.above?.packageName;
  }

  get isEsModule(): boolean {
    return this.manifest.isPresent ? this.manifest.type === 'module' : this.above?.isEsModule === true;
  }

  get scripts(): readonly string[] {
    return this.manifest.isPresent ? this.manifest.scripts : (this.above?.scripts ?? []);
  }

  environmentFile(variable: string): string | undefined {
    this.environmentRead ??= environmentFiles(this.path);
    const here = this.environmentRead.find(({ text }) => text.includes(variable))?.name;
    // A repository ends where its history lies: what is above belongs to others.
    return here ?? (existsSync(join(this.path, '.git')) ? undefined : this.above?.environmentFile(variable));
  }

  private get manifest(): Manifest {
    return (this.manifestRead ??= readManifest(this.path));
  }
}

interface Manifest {
  readonly isPresent: boolean;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly dependencies: ReadonlySet<string>;
  readonly scripts: readonly string[];
}

const NO_MANIFEST: Manifest = {
  isPresent: false,
  name: undefined,
  type: undefined,
  dependencies: new Set(),
  scripts: [],
};

function readManifest(folder: string): Manifest {
  try {
    const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
    return {
      isPresent: true,
      name: typeof json['name'] === 'string' ? json['name'] : undefined,
      type: typeof json['type'] === 'string' ? json['type'] : undefined,
      dependencies: new Set(FIELDS.flatMap((field) => Object.keys(json[field] ?? {}))),
      scripts: Object.values(json['scripts'] ?? {}).filter((script) => typeof script === 'string'),
    };
  } catch {
    return NO_MANIFEST; // none here, or one that is being edited
  }
}
