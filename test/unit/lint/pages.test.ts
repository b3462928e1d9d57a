import { readdir } from 'node:fs/promises';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { ruleDocs } from '../../../src/lint/docPages';
import { rules } from '../../../src/lint/index';
import { runTimeDocs } from '../../../src/lint/runTime/docs';
import { runTimeRules } from '../../../src/lint/runTime/index';
import { runTimePage } from '../../../src/lint/runTime/page';
import { rulePage } from '../../../src/lint/rulePage';

const FOLDER = 'media/rules';

// `npx vitest run test/unit/lint/pages.test.ts -u` writes the pages anew.
for (const rule of rules)
  test(`the page of ${rule.id} says what the rule says`, async () => {
    const page = await format(rulePage(rule, ruleDocs.get(rule.id)!), {
      parser: 'markdown',
      printWidth: 120,
      singleQuote: true,
    });
    await expect(page).toMatchFileSnapshot(`../../../${FOLDER}/${rule.id}.md`);
  });

for (const rule of runTimeRules)
  test(`the page of ${rule.id} says what the rule of the run time says`, async () => {
    const page = await format(runTimePage(rule, runTimeDocs.get(rule.id)!), {
      parser: 'markdown',
      printWidth: 120,
      singleQuote: true,
    });
    await expect(page).toMatchFileSnapshot(`../../../${FOLDER}/${rule.id}.md`);
  });

test('no page is left of a rule that is gone', async () => {
  const pages = (await readdir(FOLDER)).map((file) => file.replace(/\.md$/, ''));
  expect(pages.sort()).toEqual([...rules, ...runTimeRules].map(({ id }) => id).sort());
});
