import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface EnvironmentFile {
  readonly name: string;
  readonly text: string;
}

const FILES =
  /^(\.env(\..+)?|.*\.env|(docker-)?compose.*\.ya?ml|dockerfile.*|.*\.dockerfile|procfile|package\.json|ecosystem\.config\..+|(serverless|template|app|render|fly|wrangler|skaffold|values|deployment|service|task-?def\w*)\b.*\.(ya?ml|toml|json)|makefile|.*\.tf|launch\.json|nodemon\.json)$/i;
const FOLDERS = new Set(
  'k8s kubernetes kube deploy deployment deployments helm chart charts infra infrastructure manifests docker config .vscode .devcontainer ops'.split(
    ' ',
  ),
);
const MAX_BYTES = 256 * 1024;
const MAX_FILES = 60;

/** Files of a folder, and of its folders for deployment, that may set variables of the environment. */
export function environmentFiles(folder: string): EnvironmentFile[] {
  const found: EnvironmentFile[] = [];
  collect(folder, '', 0, found);
  return found;
}

function collect(folder: string, prefix: string, depth: number, found: EnvironmentFile[]): void {
  for (const entry of entriesOf(folder)) {
    if (found.length >= MAX_FILES) return;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth > 0 ? depth < 3 : FOLDERS.has(entry.name.toLowerCase()))
        collect(path, `${prefix}${entry.name}/`, depth + 1, found);
    } else if (FILES.test(entry.name) || (depth > 0 && /\.(ya?ml|env)$/i.test(entry.name))) {
      const text = readSmall(path);
      if (text !== undefined) found.push({ name: prefix + entry.name, text });
    }
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function readSmall(path: string): string | undefined {
  try {
    return statSync(path).size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
