import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import { LaunchWindow } from '../harness/launchWindow';
import { REPOSITORY } from '../harness/paths';
import { pictureOfFailure } from '../harness/pictureOfFailure';
import { eventually, type Workbench } from '../harness/workbench';

const PROGRAMS = join(REPOSITORY, 'test', 'workspaces', 'silent');

interface Silent {
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the list says of it, behind its name and number. */
  readonly fault: RegExp;
  readonly remedy: RegExp;
}

/** By the name of the launch configuration; those of a group run at once, as many as the list shows. */
const GROUPS: Readonly<Record<string, Readonly<Record<string, Silent>>>> = {
  'its SDK': {
    Disabled: {
      program: 'sdk.js',
      env: { OTEL_SDK_DISABLED: 'true' },
      fault: /has OTEL_SDK_DISABLED=true/,
      remedy: /Change launch\.json: Set "OTEL_SDK_DISABLED": "false"/,
    },
    Late: {
      program: 'late.js',
      fault: /had loaded express before its OpenTelemetry SDK/,
      remedy: /Open launch\.json: Start the SDK first.*--require \.\/instrumentation\.js/,
    },
    Modules: {
      program: 'modules.mjs',
      fault: /is made of ES modules, and its SDK was started without the hooks/,
      remedy: /Change launch\.json: Send it a request first.*hook\.mjs/,
    },
    Unregistered: {
      program: 'unregistered.js',
      fault: /has loaded @opentelemetry\/sdk-trace-node, and has registered no tracer provider/,
      remedy: /Call sdk\.start\(\) or provider\.register\(\)/,
    },
    Unended: {
      program: 'unended.js',
      fault: /has 1 span under way, and none that ended/,
      remedy: /span\.end\(\)/,
    },
    Unsampled: {
      program: 'idle.js',
      env: { OTEL_TRACES_SAMPLER: 'always_off' },
      fault: /is recorded and has made no span/,
      remedy: /Its sampler is off by OTEL_TRACES_SAMPLER.*here they are shown all the same/,
    },
  },
  'what it was given on its way': {
    Elsewhere: {
      program: 'start.js',
      args: ['optionsReplaced', 'elsewhere.js'],
      fault: /sends its spans to http:\/\/127\.0\.0\.1:9\/v1\/traces, while Spanline listens on \d+/,
      remedy: /Copy the Endpoint: /,
    },
    Options: {
      program: 'start.js',
      args: ['optionsReplaced', 'idle.js'],
      fault: /had its NODE_OPTIONS overwritten on the way: it is empty/,
      remedy: /Add to it instead/,
    },
    Environment: {
      program: 'start.js',
      args: ['environmentReplaced', 'idle.js'],
      fault: /was started with an environment of its own/,
      remedy: /Pass the environment on/,
    },
    Older: {
      program: 'olderApi.js',
      fault: /uses @opentelemetry\/api 1\.3\.0/,
      remedy: /npm install @opentelemetry\/api@latest/,
    },
    Copies: {
      program: 'twoApis.js',
      fault: /has loaded 2 copies of @opentelemetry\/api: .*one.*another/,
      remedy: /npm dedupe/,
    },
    Container: {
      program: 'start.js',
      args: ['environmentReplaced', 'container.js'],
      fault: /runs in a container or on another machine/,
      remedy: /Open the Settings: Open the folder there.*spanline\.receiver\.allowedHosts/,
    },
  },
};

describe('A program without spans is told why, by', () => {
  let window: LaunchWindow;
  let workbench: Workbench;

  beforeAll(async () => {
    const launch = { type: 'node', request: 'launch', cwd: '${workspaceFolder}' };
    const programs = Object.values(GROUPS).flatMap((group) => Object.entries(group));
    window = await LaunchWindow.open({
      name: 'e2e-silent',
      programs: PROGRAMS,
      withSdk: true,
      configurations: programs.map(([name, { program, args, env }]) => {
        return { ...launch, name, program: `\${workspaceFolder}/${program}`, args, env };
      }),
      compounds: Object.entries(GROUPS).map(([name, group]) => {
        return { name, configurations: Object.keys(group), stopAll: true };
      }),
    });
    workbench = window.workbench;
    // It has an SDK of its own, so it is not given the bundled one.
    const dependencies = { '@opentelemetry/sdk-node': '*' };
    await writeFile(join(window.folder, 'package.json'), JSON.stringify({ dependencies }));
    for (const owner of ['one', 'another']) await copyOfTheApi(join(window.folder, owner));
  });

  afterEach((context) => pictureOfFailure(context, workbench));
  afterEach(() => workbench?.stopDebugging());
  afterAll(() => window?.close());

  it.for(Object.keys(GROUPS))('%s', async (group) => {
    await workbench.startDebugging(group);
    await workbench.untilDebugging();
    const expected = Object.entries(GROUPS[group]).map(
      ([name, { fault, remedy }]) => new RegExp(`"${name}" \\(pid \\d+\\) ${fault.source}.*\\n.*${remedy.source}`),
    );
    // Asked again: what a program starts comes up later than itself.
    await eventually(
      'a reason for each',
      () => askWhy(),
      (reasons) => expected.every((each) => reasons.some((reason) => each.test(reason))),
    );
    await workbench.screenshot(`e2e-silent-${group.replaceAll(' ', '-')}`);
    await workbench.page.keyboard.press('Escape');
  });

  /** Fault and remedy of each program. The list stays. */
  async function askWhy(): Promise<string[]> {
    await workbench.page.keyboard.press('Escape');
    const rows = await workbench.listOf('Spanline: Why Are There No Spans?');
    await rows.first().waitFor();
    return rows.evaluateAll((elements) =>
      elements.map((row) =>
        [...row.querySelectorAll('.quick-input-list-row')]
          .map(({ textContent }) => (textContent ?? '').replaceAll('\u00a0', ' '))
          .join('\n'),
      ),
    );
  }
});

/** A package that was installed with an API of its own. */
async function copyOfTheApi(owner: string): Promise<void> {
  const api = join(owner, 'node_modules', '@opentelemetry', 'api');
  await mkdir(join(api, 'build', 'src'), { recursive: true });
  await writeFile(join(api, 'package.json'), '{ "main": "build/src/index.js" }');
  await writeFile(join(api, 'build', 'src', 'index.js'), '');
  await writeFile(join(owner, 'index.js'), "require('@opentelemetry/api');");
}
