import { opendir } from 'node:fs/promises';
import { errorMessage, type Log } from '../../base/log';
import { pathKey } from '../../base/paths';

/** Folders of other people's code, of caches, and of what is made out of sources. */
const SKIPPED = new Set([
  'node_modules',
  'bower_components',
  'dist',
  'target',
  'obj',
  'venv',
  'site-packages',
  '__pycache__',
  'coverage',
]);
/** What spans are made in. */
const SOURCE =
  /\.(?:[cm]?[jt]sx?|vue|svelte|astro|py|pyw|go|java|kts?|scala|groovy|clj|cs|fs|vb|cshtml|razor|rb|erb|rake|php|rs|swift|exs?|erl|c|cc|cpp|cxx|h|hpp|m|mm|dart|lua|pl|sh)$|^(?:go\.mod|Rakefile)$/i;
/** Beyond it, the rest of a workspace is not looked at. */
const MOST_FILES = 200_000;
const MOST_FOLDERS = 50_000;
/** Folders that are read at once: more would only wait for the same disk. */
const AT_ONCE = 4;

/** One walk's findings. */
class Listing {
  readonly folders: string[] = [];
  /** Numbers in {@link folders} by the file's name in lower case. */
  readonly byName = new Map<string, { readonly name: string; readonly folder: number }[]>();
  files = 0;

  add(name: string, folder: number): void {
    const key = name.toLowerCase();
    const known = this.byName.get(key);
    if (known) known.push({ name, folder });
    else this.byName.set(key, [{ name, folder }]);
    this.files++;
  }
}

/**
 * The source files of the workspace by their names, found by walking its folders in the background: first when somebody asks, again
 * when somebody asks later. What others' code and builds fill is left out, and links are not followed.
 */
export class WorkspaceFiles {
  private listing = new Listing();
  private walking: Promise<void> | undefined;
  private readonly stopped = { value: false };

  constructor(
    /** As `pathKey` writes them. */
    readonly folders: readonly string[],
    private readonly log: Log,
    private readonly limits = { files: MOST_FILES, folders: MOST_FOLDERS },
  ) {}

  /** Paths of the files of that name, in any case. */
  named(name: string): string[] {
    const { byName, folders } = this.listing;
    return (byName.get(name.toLowerCase()) ?? []).map((file) => `${folders[file.folder]}/${file.name}`);
  }

  get count(): number {
    return this.listing.files;
  }

  /** Walks the folders; asked while a walk is under way it waits for that one. */
  refresh(): Promise<void> {
    this.walking ??= this.walk().finally(() => (this.walking = undefined));
    return this.walking;
  }

  /** A walk under way ends soon, and changes nothing any more. */
  dispose(): void {
    this.stopped.value = true;
  }

  private async walk(): Promise<void> {
    const listing = new Listing();
    const waiting = [...this.folders];
    while (waiting.length > 0 && !this.isFull(listing)) {
      const read = await Promise.all(waiting.splice(0, AT_ONCE).map((folder) => this.read(folder, listing)));
      waiting.push(...read.flat());
    }
    if (this.stopped.value) return;
    if (waiting.length > 0)
      this.log.info(
        `Of the workspace the first ${listing.files} source files in ${listing.folders.length} folders are known by name; paths of other files need the setting "spanline.pathMappings"`,
      );
    this.listing = listing;
  }

  private isFull({ files, folders }: Listing): boolean {
    return this.stopped.value || files >= this.limits.files || folders.length >= this.limits.folders;
  }

  /** Notes the folder's files and gives its folders. */
  private async read(folder: string, listing: Listing): Promise<string[]> {
    const found: string[] = [];
    const number = listing.folders.push(folder) - 1;
    try {
      for await (const entry of await opendir(folder)) {
        const { name } = entry;
        if (entry.isDirectory()) {
          if (!name.startsWith('.') && !SKIPPED.has(name.toLowerCase())) found.push(`${folder}/${name}`);
        } else if (SOURCE.test(name) && listing.files < this.limits.files) listing.add(name, number);
      }
    } catch (error) {
      this.log.debug(`${folder} is not looked through: ${errorMessage(error)}`);
    }
    return found;
  }
}

/** Nested ones are found in the outer. */
export function outermostFolders(folders: readonly string[]): string[] {
  const keys = [...new Set(folders.map((folder) => pathKey(folder).replace(/\/+$/, '') || '/'))];
  return keys.filter((folder) => !keys.some((other) => other !== folder && folder.startsWith(`${other}/`)));
}
