import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

const FILE = 'mails.mjs';
/** The mails are made on line 7, outside of the trace; the form's fields come to the spans of line 12. */
const PROGRAM = `import { ROOT_CONTEXT, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('shop');

function order(number) {
  tracer.startActiveSpan('order', (span) => {
    const mail = tracer.startSpan('mail', {}, ROOT_CONTEXT);
    mail.end();
    span.end();
  });
  const fields = JSON.parse('{"smtp.password":"hunter2-and-more"}');
  const form = tracer.startSpan('form');
  for (const [name, value] of Object.entries(fields)) form.setAttribute(name, value);
  form.end();
}

for (let number = 0; number < 14; number++) order(number);
setInterval(() => {});
`;
const MAIL_LINE = 7;
const FORM_LINE = 12;

describe('What a program did when it ran', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    window = await LaunchWindow.open({
      name: 'e2e-evidence',
      withSdk: true,
      configurations: [{ type: 'node', request: 'launch', name: 'Mails', program: `\${workspaceFolder}/${FILE}` }],
    });
    workbench = window.workbench;
    await writeFile(join(window.folder, FILE), PROGRAM);
    await workbench.openFile(FILE, 1);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterAll(() => window?.close());

  /** The debugger puts its console in their place. */
  const problems = (): Promise<void> => workbench.command('Problems: Focus on Problems View');
  /** Of the rules that are meant: the folder's other programs are looked at, too. */
  const found = async (): Promise<string[]> =>
    (await workbench.problems()).filter((text) => /spanline (context|secret|span|parent|error)-/.test(text));

  it('is said of a mistake that the source gives away, and of one that it does not', async () => {
    await problems();
    const isMistake = (text: string) => new RegExp(`context-dropped.*Ln ${MAIL_LINE}`).test(text);
    const [before] = await eventually('the mistake', found, (all) => all.length === 1 && isMistake(all[0]));
    expect(before).not.toContain('run time');
    await workbench.pressF5('Mails');
    await eventually(
      'durations',
      () => workbench.lenses(),
      (all) => all.length === 3,
    );
    await workbench.stopDebugging();
    await problems();
    const isProven = (text: string) =>
      text.includes('context-dropped') && text.includes('14 of 14 executions became root spans');
    const isSecret = (text: string) =>
      text.includes('secret-sent') &&
      new RegExp(`Masked here 14 times \\(.*"smtp.password"\\).*Ln ${FORM_LINE}`).test(text);
    // What is said grows with the spans that come.
    await eventually(
      'what the run time says',
      found,
      (all) => all.length === 2 && all.some(isProven) && all.some(isSecret),
    );
    await workbench.editor.locator('.squiggly-error').first().waitFor();
    await window.inAllThemes(async (theme) => {
      await workbench.screenshot(`evidence-${theme}`);
    });
  });

  it('is no longer said when the code is another', async () => {
    await workbench.openFile(FILE, MAIL_LINE);
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type(' // sent');
    await problems();
    const isAlone = ([text]: string[]) => text.includes('context-dropped') && !text.includes('14 of 14');
    await eventually('the mistake alone', found, (all) => all.length === 1 && isAlone(all));
  });
});
