// `node build/readme.mjs` writes the table of commands in README.md anew; a test compares the two.
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What each command of the palette does, in the order of the table. */
const NOTES = {
  'spanline.openWaterfall':
    'The waterfall beside the editor: on the trace selected in the Traces view, or on the newest.',
  'spanline.whyNoSpans': 'Looks at the running program and names what keeps its spans away, with the remedy.',
  'spanline.newTracedTerminal': 'A terminal whose Node and Python programs are recorded, such as `npm start`.',
  'spanline.attach': 'Records a Node program that runs already, without a restart; lists those to detach from, too.',
  'spanline.showReceiver': 'Ports, problems, other windows, forwarding, and what is kept.',
  'spanline.copyEndpoint': 'The address for `OTEL_EXPORTER_OTLP_ENDPOINT`.',
  'spanline.filterTraces': 'Narrows the list: `status:error duration>100ms service:cart`.',
  'spanline.showErrorsOnly': 'Narrows the list to traces with errors.',
  'spanline.showAllTraces': 'Takes that back.',
  'spanline.showNewerTraces': 'Lets in what waits above the list while it is read.',
  'spanline.pinTrace': 'Keeps the trace that is looked at when older ones make room.',
  'spanline.unpinTrace': 'Takes that back.',
  'spanline.toggleLenses': 'Switches the durations above lines on or off.',
  'spanline.checkWorkspace': 'Looks for mistakes in the instrumentation of all files, not only of open ones.',
  'spanline.showLooseLogs': 'Log records that belong to no span, as a document.',
  'spanline.showRedactions': 'What was masked or is personal, with the line that sends it.',
  'spanline.setForwardHeaders':
    'Credentials for `spanline.forward.endpoint`, kept in the system’s key ring; tries them at once.',
  'spanline.clear': 'Forgets all traces of this window, in memory and on disk.',
  'spanline.clearStored': 'Shows what is kept on disk, of this workspace and of others, and deletes what you choose.',
  'spanline.showLog': 'What Spanline has to say about itself.',
  'spanline.restartEngine': 'Starts the receiver anew; traces come back from the journal.',
};

const [BEGIN, END] = ['<!-- commands: written by build/readme.mjs -->', '<!-- /commands -->'];

/** Markdown. Throws where a command has no note, or a note no command. */
export function commandTable({ contributes: { commands, menus } }) {
  const hidden = new Set(menus.commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command));
  const titles = new Map(
    commands.filter(({ command }) => !hidden.has(command)).map(({ command, title }) => [command, title]),
  );
  const missing = [...titles.keys()].filter((id) => !(id in NOTES));
  const unknown = Object.keys(NOTES).filter((id) => !titles.has(id));
  if (missing.length + unknown.length > 0)
    throw new Error(
      `build/readme.mjs: no note for ${missing.join(', ') || 'none'}; no command for ${unknown.join(', ') || 'none'}`,
    );
  const rows = Object.entries(NOTES).map(([id, note]) => `| *Spanline: ${titles.get(id)}* | ${note} |`);
  return ['| command | |', '| --- | --- |', ...rows].join('\n');
}

/** The README with the table in its place; as it is where it has no such place. */
export function withTable(readme, table) {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  return from < 0 || to < from ? readme : `${readme.slice(0, from + BEGIN.length)}\n\n${table}\n\n${readme.slice(to)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const readme = join(root, 'README.md');
  await writeFile(readme, withTable(await readFile(readme, 'utf8'), commandTable(manifest)));
}
