import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test, onTestFinished } from 'vitest';
import { environmentFiles } from '../../../src/analysis/environmentFiles';

function namesIn(files: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'spanline-environment-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), 'OTEL_SERVICE_NAME: shop\n');
  }
  return environmentFiles(folder)
    .map(({ name }) => name)
    .sort();
}

test.each([
  '.env',
  'docker-compose.dev.yml',
  'chart/templates/webhook-deployment.yaml',
  'k8s/shop.yaml',
  'deploy/shop.env',
])('what sets variables of the environment is read: %s', (file) => expect(namesIn([file])).toEqual([file]));

test.each(['notes.yaml', 'src/templates/webhook-deployment.yaml', 'chart/README.md'])(
  'other files are not: %s',
  (file) => expect(namesIn([file])).toEqual([]),
);
