import { packageFile } from './packageFile';

/** Packages whose own process runs none of the user's code, or only starts others that do. */
const TOOL_PACKAGES = [
  'npm npx pnpm yarn corepack lerna turbo nx husky lint-staged rimraf cross-env cross-env-shell dotenv-cli',
  'npm-run-all npm-run-all2 concurrently wait-on nodemon node-dev shx node-gyp node-pre-gyp prebuild-install',
  'typescript eslint prettier stylelint tslint jshint standard xo knip depcheck madge dependency-cruiser',
  'esbuild rollup webpack-cli parcel swc tsup tsc-watch ts-node-dev tsc-alias rolldown terser sass postcss-cli',
  'prisma typeorm-ts-node-commonjs graphql-code-generator typedoc c8 nyc',
  'vsce semantic-release changesets commitlint playwright-core create-vite create-next-app http-server',
];
const TOOL_SCOPES = ['@angular', '@biomejs', '@commitlint', '@changesets', '@vscode', '@yarnpkg', '@pnpm'];

/** Single files in packages that otherwise run the user's code: they only start the process that does. */
const TOOL_FILES = [
  'tsx/dist/cli.mjs',
  'vitest/vitest.mjs',
  '@nestjs/cli/bin/nest.js',
  '@swc/cli/bin/swc.js',
  '@babel/cli/bin/babel.js',
];

/** And files of tools that run the user's code in the process that the tool has started. */
const RUNNING_FILES = ['ts-node-dev/lib/wrap.js'];

/** Package managers that a repository or a home folder holds outside node_modules. */
const LOOSE_TOOLS = ['pnpm', 'yarn', 'yarnpkg', 'npm-cli', 'npx-cli', 'corepack'];
/** Yarn's own name for itself in a repository, without its version. */
const YARN_RELEASE = '/.yarn/releases/yarn-';

/** Whether the file, a real path, is the entry of a tool rather than of a program. */
export function isToolScript(script: string): boolean {
  const file = packageFile(script);
  if (!file) return isLooseTool(script.split('\\').join('/'));
  const { packageName, path } = file;
  if (RUNNING_FILES.indexOf(packageName + '/' + path) >= 0) return false;
  return (
    TOOL_PACKAGES.some((names) => names.split(' ').indexOf(packageName) >= 0) ||
    TOOL_SCOPES.indexOf(packageName.split('/')[0]) >= 0 ||
    TOOL_FILES.indexOf(packageName + '/' + path) >= 0
  );
}

function isLooseTool(script: string): boolean {
  const [stem, extension] = splitAt(script.slice(script.lastIndexOf('/') + 1));
  if (extension !== 'js' && extension !== 'cjs') return false;
  return LOOSE_TOOLS.indexOf(stem) >= 0 || script.indexOf(YARN_RELEASE) >= 0;
}

function splitAt(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
}
