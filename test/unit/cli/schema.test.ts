import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rules } from '../../../src/lint/index';
import { runTimeRules } from '../../../src/lint/runTime/index';
import { RULE_LEVELS, UNUSED_SUPPRESSION } from '../../../src/protocol/analysis';
import { REPOSITORY } from '../../vscode/harness/paths';

interface Schema {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly definitions: { readonly level: { readonly enum: readonly string[]; readonly enumDescriptions: string[] } };
  readonly description?: string;
  readonly $ref?: string;
}

const read = (path: string) => JSON.parse(readFileSync(join(REPOSITORY, path), 'utf8')) as unknown;
const schema = read('media/spanlinerc.schema.json') as Schema;

test('the schema of the configuration knows every rule, with its title, and every level', () => {
  const titles = Object.entries(schema.properties['rules'].properties).map(([id, rule]) => [id, rule.description]);
  const known = [...rules, ...runTimeRules].map(({ id, title }) => [id, title]);
  expect(titles.slice(0, known.length)).toEqual(known);
  expect(titles.slice(known.length).map(([id]) => id)).toEqual([UNUSED_SUPPRESSION]);
  expect(schema.definitions.level.enum).toEqual(RULE_LEVELS);
  expect(schema.definitions.level.enumDescriptions).toHaveLength(RULE_LEVELS.length);
});

test('the extension gives the schema to the editor, for both places where the configuration may stand', () => {
  const { contributes } = read('package.json') as {
    contributes: { jsonValidation: { fileMatch: string; url: string }[] };
  };
  const urls = contributes.jsonValidation.map(({ fileMatch, url }) => [fileMatch, url]);
  expect(urls).toContainEqual(['.spanlinerc.json', './media/spanlinerc.schema.json']);
  expect(urls).toContainEqual(['package.json', './media/packageField.schema.json']);
  const field = read('media/packageField.schema.json') as Schema;
  expect(field.properties['spanline'].$ref).toBe('./spanlinerc.schema.json');
});
