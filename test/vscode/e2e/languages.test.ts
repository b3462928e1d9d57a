import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { PYTHON_SDK } from '../../support/pythonSdk';
import { packageAdapters } from '../harness/adapters';
import { LaunchWindow } from '../harness/launchWindow';
import { REPOSITORY } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { compileJava, findCommand, findDebugpy, type Found } from '../harness/runtimes';
import { eventually, type Workbench } from '../harness/workbench';

const PROGRAMS = join(REPOSITORY, 'test', 'workspaces', 'languages');

describe('A launch by the debugger of', () => {
  let window: LaunchWindow;
  let workbench: Workbench;
  const found: Record<string, Found> = {};

  beforeAll(async () => {
    found.python = await findDebugpy();
    found.go = await findCommand(['dlv'], ['version'], 'Debian’s delve and golang-go');
    found.java = await findCommand(['javac'], ['-version'], 'a JDK');
    found.ruby = await findCommand(['rdbg', 'rdbg3.1'], ['--version'], 'Debian’s ruby');
    found.php = await findCommand(['php'], ['--version'], 'Debian’s php-cli');
    const adapters = await packageAdapters();
    const folder = '${workspaceFolder}';
    const configuration = (name: string, attributes: object) => {
      return { name, request: 'launch', cwd: `${folder}/${name}`, ...attributes };
    };
    const commandOf = (name: string): string | undefined =>
      'command' in found[name] ? found[name].command : undefined;
    window = await LaunchWindow.open({
      name: 'e2e-languages',
      programs: PROGRAMS,
      adapters,
      configurations: [
        configuration('python', {
          type: 'debugpy',
          program: `${folder}/python/shop.py`,
          python: [commandOf('python')],
          console: 'internalConsole',
          env: { PYTHONPATH: `${folder}/sdk` },
        }),
        configuration('go', {
          type: 'go',
          mode: 'debug',
          program: `${folder}/go/main.go`,
          env: { GO111MODULE: 'off' },
        }),
        configuration('java', {
          type: 'java',
          mainClass: 'Shop',
          classPaths: [`${folder}/java/out`],
          vmArgs: '-Dmine="a b"',
        }),
        configuration('ruby', {
          type: 'rdbg',
          rdbg: commandOf('ruby'),
          script: `${folder}/ruby/shop.rb`,
          localfs: true,
        }),
        configuration('php', { type: 'php', program: `${folder}/php/shop.php` }),
      ],
    });
    workbench = window.workbench;
    const sdk = join(window.folder, 'sdk', 'opentelemetry', 'sdk', 'trace');
    await mkdir(sdk, { recursive: true });
    await writeFile(join(sdk, '__init__.py'), PYTHON_SDK);
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterEach(() => workbench?.stopDebugging());
  afterAll(() => window?.close());

  function need({ skip }: TestContext, language: string): void {
    const here = found[language];
    if ('lacking' in here) skip(here.lacking);
  }

  const lensOn = async (line: number) => (await workbench.lenses()).find((lens) => lens.line === line)?.texts.join(' ');
  const untilLens = (line: number, words: RegExp) =>
    eventually(
      `a lens on line ${line}`,
      () => lensOn(line),
      (text) => words.test(text ?? ''),
    );
  const stopped = () => workbench.page.locator('.debug-top-stack-frame-line').first();

  it('Python shows what runs at a breakpoint, and takes the pause out', async (context) => {
    need(context, 'python');
    await workbench.openFile('python/shop.py', 9);
    await workbench.startDebugging('python');
    await untilLens(8, /\d+×/);
    await workbench.command('Debug: Toggle Breakpoint');
    await stopped().waitFor();
    await workbench.command('Spanline: Open Waterfall');
    const labels = () => workbench.waterfall.locator('.bar-label').allInnerTexts();
    await eventually('a span that runs', labels, (texts) => texts.some((text) => text.startsWith('running')));
    const threads = workbench.page.locator('.debug-call-stack');
    await threads.filter({ hasText: 'shop.py' }).waitFor();
    expect(await threads.innerText()).not.toContain('spanline');
    await window.inAllThemes((theme) => workbench.screenshot(`e2e-python-stopped-${theme}`));
    // They are all of one trace, and it is the last of them that stands.
    await workbench.waterfall.locator('.row').last().click();
    await workbench.command('Debug: Continue');
    await workbench.waterfall.locator('.bar .pause').first().waitFor();
    await workbench.waterfall.locator('text=paused at a breakpoint for').first().waitFor();
  });

  it.for([
    ['go', 'main.go', 16],
    ['java', 'Shop.java', 11],
  ] as const)('%s puts its spans on their lines by the index of sources', async ([language, file, line], context) => {
    need(context, language);
    if (language === 'java') {
      const agent = await compileJava(join(window.folder, 'java'));
      await window.server.setMachineSetting('spanline.capture.javaAgent', agent);
    }
    await workbench.openFile(`${language}/${file}`, line);
    await workbench.startDebugging(language);
    await untilLens(line, /\d+×/);
    await workbench.screenshot(`e2e-${language}`);
    if (language === 'java') await workbench.page.locator('.repl', { hasText: 'agent is here, mine is a b' }).waitFor();
  });

  it.for(['ruby', 'php'])('%s has its spans arrive', async (language, context) => {
    need(context, language);
    await workbench.startDebugging(language);
    await workbench.openViewlet('Spanline');
    const row = workbench.page.locator('.part.sidebar .monaco-list-row', { hasText: `brew in ${language}` });
    await row.first().waitFor();
  });
});
