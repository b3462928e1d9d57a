import type { ProgramEvidence } from '../model/lineEvidence';
import { WireReader } from '../otlp/wire/wireReader';
import type { LineRun } from './lineRun';
import type { StoreParts } from './parts';
import type { Run } from './runTable';
import { scopeName } from './scopeName';

/** What programs of the latest run were called that spans were made in by code below a folder. */
export function programEvidence(parts: StoreParts, folder: string): ProgramEvidence | undefined {
  const lineRuns = [...runsBelow(parts, folder)];
  const latest = lineRuns.reduce<Run | undefined>(
    (found, { run }) => (found && found.order >= run.order ? found : run),
    undefined,
  );
  if (!latest) return undefined;
  const services = new Set<string>();
  for (const { run, services: numbers } of lineRuns)
    if (run === latest) for (const service of numbers) services.add(parts.services.name(service));
  return { services: [...services].sort(), scopes: scopesOf(parts, latest, services), latest: latest.lastSeenMs };
}

function* runsBelow({ lines }: StoreParts, folder: string): Generator<LineRun> {
  for (const path of lines.filePaths())
    if (path.startsWith(folder) && !path.includes('/node_modules/')) yield* lines.runsOf(path);
}

function scopesOf({ segments }: StoreParts, run: Run, services: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  const reader = new WireReader();
  for (const { contexts, texts } of segments.inOrder) {
    reader.open(texts.bytes);
    for (const context of contexts) {
      if (context.run !== run.id || !services.has(context.service)) continue;
      found.add(scopeName(reader, texts.starts[context.scope], texts.starts[context.scope + 1]));
    }
  }
  return [...found].sort();
}
