import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Every application of React Router's or Remix's has one; nothing else has it in a folder of that name. */
const ROOT_FILES = ['tsx', 'jsx', 'ts', 'js'].map((extension) => `root.${extension}`);
const FOLDER = /^(.*[\\/]app)[\\/]/;
const CONFIG = /^routes\.[cm]?[jt]s$/;

/** The folders of React Router's applications, customarily called `app`. */
export class Applications {
  private readonly known = new Map<string, boolean>();

  /** The application's folder that a file belongs to. */
  of(path: string): string | undefined {
    for (let found = FOLDER.exec(path); found; found = FOLDER.exec(found[1])) if (this.is(found[1])) return found[1];
    return undefined;
  }

  /** Whether the file lists the application's routes. */
  isConfig(path: string, folder: string): boolean {
    return dirname(path) === folder && CONFIG.test(path.slice(folder.length + 1));
  }

  forget(): void {
    this.known.clear();
  }

  private is(folder: string): boolean {
    let known = this.known.get(folder);
    if (known === undefined) {
      known = ROOT_FILES.some((name) => existsSync(join(folder, name)));
      this.known.set(folder, known);
    }
    return known;
  }
}
