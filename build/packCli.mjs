// Makes the npm package of the command line and the language server, for machines without VS Code.
//   node build/packCli.mjs [--out=dist]    writes <out>/spanline-<version>.tgz
import { execFileSync } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = resolve(root, process.argv.find((each) => each.startsWith('--out='))?.slice('--out='.length) ?? 'dist');
const { version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const MANIFEST = {
  name: 'spanline',
  version,
  description:
    'Finds mistakes in OpenTelemetry instrumentation of TypeScript and JavaScript: on the command line, in CI, in any editor.',
  license,
  type: 'module',
  bin: { spanline: 'cli.mjs', 'spanline-language-server': 'analysis.mjs' },
  engines: { node: '>=20' },
  keywords: ['opentelemetry', 'tracing', 'lint', 'sarif', 'language-server'],
};

const README = `# spanline

Finds mistakes in OpenTelemetry instrumentation of TypeScript and JavaScript.

    npx spanline lint [paths]

\`npx spanline lint --help\` names the options and the exit codes. A page for each rule lies in \`rules/\`. \`spanline-language-server --stdio\` is the
language server of the same rules, for any editor.
`;

const folder = await mkdtemp(join(tmpdir(), 'spanline-pack-'));
try {
  const build = [
    join(root, 'esbuild.mjs'),
    '--only=analysis,compiler',
    '--production',
    '--notices',
    `--outdir=${folder}`,
  ];
  execFileSync(process.execPath, build, { stdio: ['ignore', 'ignore', 'pipe'] });
  for (const name of Object.values(MANIFEST.bin)) await chmod(join(folder, name), 0o755);
  for (const file of await readdir(folder, { recursive: true }))
    if (file.endsWith('.map')) await rm(join(folder, file));
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(MANIFEST, null, 2)}\n`);
  await writeFile(join(folder, 'README.md'), README);
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await cp(join(root, 'media', 'rules'), join(folder, 'rules'), { recursive: true });
  for (const schema of ['spanlinerc.schema.json', 'packageField.schema.json'])
    await copyFile(join(root, 'media', schema), join(folder, schema));
  await mkdir(out, { recursive: true });
  // npm is a script on Windows, which only a shell starts.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  execFileSync(npm, ['pack', '--silent', `--pack-destination=${out}`], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
