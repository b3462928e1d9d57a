import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const NAME_IN_CODE =
  /(?:['"]service\.name['"]|\bATTR_SERVICE_NAME|\bSEMRESATTRS_SERVICE_NAME|\bSERVICE_NAME|\bserviceName)\s*\]?\s*[:=]\s*['"`]([^'"`$\n]{1,100})['"`]/g;
const NAME_IN_ENVIRONMENT = /OTEL_SERVICE_NAME\s*[=:]\s*["']?([\w.@/-]{1,100})/g;
const ENVIRONMENT_FILES = ['.env', '.env.local', '.env.development'];

/** One program or library, as far as folders tell. */
export interface Project {
  /** Of the nearest package.json. */
  readonly folder: string;
  /** What it may call itself, the surest first. */
  readonly services: string[];
}

/** The projects of a workspace's files and what they may be called. */
export class ServiceHints {
  private readonly byFolder = new Map<string, Project | undefined>();

  projectOf(file: string): Project | undefined {
    return this.at(dirname(file));
  }

  /** Takes in what a source file says of its project's name. */
  read(file: string, text: string): void {
    const project = this.projectOf(file);
    if (project) for (const name of namesIn(text, NAME_IN_CODE, NAME_IN_ENVIRONMENT)) add(project, name, true);
  }

  forget(): void {
    this.byFolder.clear();
  }

  private at(folder: string): Project | undefined {
    if (this.byFolder.has(folder)) return this.byFolder.get(folder);
    const parent = dirname(folder);
    const project = readProject(folder) ?? (parent === folder ? undefined : this.at(parent));
    this.byFolder.set(folder, project);
    return project;
  }
}

function readProject(folder: string): Project | undefined {
  const text = readText(join(folder, 'package.json'));
  if (text === undefined) return undefined;
  const project: Project = { folder, services: [] };
  for (const file of ENVIRONMENT_FILES)
    for (const name of namesIn(readText(join(folder, file)) ?? '', NAME_IN_ENVIRONMENT)) add(project, name);
  for (const name of namesIn(text, NAME_IN_ENVIRONMENT)) add(project, name);
  const name = packageName(text);
  if (name !== undefined) add(project, name);
  return project;
}

function packageName(text: string): string | undefined {
  try {
    const { name } = JSON.parse(text) as { name?: unknown };
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined; // being edited
  }
}

function namesIn(text: string, ...patterns: readonly RegExp[]): string[] {
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name));
}

function add({ services }: Project, name: string, first = false): void {
  if (services.includes(name)) return;
  if (first) services.unshift(name);
  else services.push(name);
}

function readText(path: string): string | undefined {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined; // not ours to read
  }
}
