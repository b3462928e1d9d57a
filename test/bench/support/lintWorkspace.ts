import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { REPOSITORY } from '../../vscode/harness/paths';

/**
 * One file in so many uses OpenTelemetry. Of nineteen public repositories of 300 to 2,600 files that start spans by hand, it was one in 13
 * at most and one in a hundred in the middle.
 */
export const TRACED_EVERY = 25;
/** As if a project were instrumented by hand from end to end. */
export const TRACED_EVERY_DENSE = 8;
const FOLDER_SIZE = 25;

/** A service of many TypeScript files that import each other, one in `tracedEvery` of them traced. Installed packages are those of this repository. */
export async function writeWorkspace(files: number, tracedEvery: number): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'spanline-bench-lint-'));
  await writeFile(
    join(root, 'package.json'),
    JSON.stringify({ name: 'bench', dependencies: { '@opentelemetry/api': '1' } }),
  );
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['src'] }));
  await symlink(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'dir');
  await writeFile(...(await placed(join(root, 'src/telemetry.ts'), TELEMETRY)));
  for (let index = 0; index < files; index++) {
    const path = join(root, modulePath(index));
    await writeFile(...(await placed(path, index % tracedEvery === 0 ? tracedModule(index) : plainModule(index))));
  }
  return root;
}

async function placed(path: string, text: string): Promise<[string, string]> {
  await mkdir(dirname(path), { recursive: true });
  return [path, text];
}

const COMPILER_OPTIONS = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

export function modulePath(index: number): string {
  return `src/area${Math.floor(index / FOLDER_SIZE)}/module${index}.ts`;
}

const TELEMETRY = `import { trace } from '@opentelemetry/api';
export const tracer = trace.getTracer('bench');
export type Operation = 'create' | 'read' | 'update' | 'delete';
// Only a checker knows that there are two of them.
export const settings = (() => ({ warmth: Math.random() > 0.5 ? ('warm' as const) : ('cold' as const) }))();
`;

/** Installed here with declarations of the size that web frameworks and database clients have. */
const LIBRARIES = ['node:http', 'protobufjs', 'playwright-core', 'lit', 'typescript', 'vscode-languageserver/node'];

function libraryImport(index: number): string {
  return index % 3 === 0
    ? `import type * as library from '${LIBRARIES[(index / 3) % LIBRARIES.length]}';\nexport type { library };\n`
    : '';
}

/** About 120 lines of types and functions, as any module has them. */
function plainModule(index: number): string {
  const parts = Array.from(
    { length: 6 },
    (_, part) => `
export interface Record${part} {
  readonly id: string;
  readonly amount: number;
  readonly tags: readonly string[];
}

export function combine${part}(records: readonly Record${part}[], limit: number): Map<string, number> {
  const totals = new Map<string, number>();
  for (const record of records) {
    if (totals.size >= limit) break;
    for (const tag of record.tags) {
      const before = totals.get(tag) ?? 0;
      totals.set(tag, before + record.amount * (tag.length > 3 ? 1 : 2));
    }
  }
  return totals;
}`,
  );
  return `${neighbourImport(index)}${libraryImport(index)}${parts.join('\n')}\n${neighbourUse(index)}`;
}

/** Spans in the ways that programs write them, with a mistake here and there. */
function tracedModule(index: number): string {
  return `import { SpanStatusCode, type Span } from '@opentelemetry/api';
import { settings, tracer, type Operation } from '../telemetry';
${neighbourImport(index)}
export interface User {
  readonly id: string;
  readonly email: string;
  readonly plan: 'free' | 'paid';
}

export async function handle(operation: Operation, user: User, key: string): Promise<string> {
  return tracer.startActiveSpan(\`\${operation} user\`, async (span) => {
    try {
      span.setAttribute('user.plan', user.plan);
      span.setAttribute('user.email', user.email);
      return await load(key, span);
    } catch (error) {
      span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

async function load(key: string, parent: Span): Promise<string> {
  parent.addEvent('load');
  const span = tracer.startSpan(\`load \${settings.warmth}\`, { attributes: { key } });
  if (key === '') return '';
  const value = await Promise.resolve(key.toUpperCase());
  span.end();
  return value;
}

${plainModule(index).replace(neighbourImport(index), '')}`;
}

function neighbourImport(index: number): string {
  return index === 0 ? '' : `import { combine0 as before } from '${relativeTo(index, index - 1)}';\n`;
}

function neighbourUse(index: number): string {
  return index === 0 ? '' : `export const both = [before([], 1), combine0([], 2)];\n`;
}

function relativeTo(from: number, to: number): string {
  const folder = (index: number) => Math.floor(index / FOLDER_SIZE);
  return folder(from) === folder(to) ? `./module${to}` : `../area${folder(to)}/module${to}`;
}
