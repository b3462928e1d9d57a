import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ProjectFacts } from '../lint/rule';

const FIELDS = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'] as const;

/** What package.json files say, from a folder up to the root of the file system. */
export class Manifests {
  private readonly byFolder = new Map<string, ProjectFacts>();

  factsOf(folder: string): ProjectFacts {
    let facts = this.byFolder.get(folder);
    if (!facts) {
      const parent = dirname(folder);
      facts = factsFrom(dependenciesIn(folder), parent === folder ? undefined : this.factsOf(parent));
      this.byFolder.set(folder, facts);
    }
    return facts;
  }

  forget(): void {
    this.byFolder.clear();
  }
}

function factsFrom(own: ReadonlySet<string> | undefined, above: ProjectFacts | undefined): ProjectFacts {
  if (!own && above) return above;
  return { dependsOn: (name) => own?.has(name) === true || above?.dependsOn(name) === true };
}

function dependenciesIn(folder: string): ReadonlySet<string> | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
      string,
      object | undefined
    >;
    return new Set(FIELDS.flatMap((field) => Object.keys(manifest[field] ?? {})));
  } catch {
    return undefined; // none here, or one that is being edited
  }
}
