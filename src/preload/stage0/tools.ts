/** Packages whose own process runs none of the user's code, or only starts others that do. */
const TOOL_PACKAGES = new Set(
  [
    'npm npx pnpm yarn corepack lerna turbo nx husky lint-staged rimraf cross-env cross-env-shell dotenv-cli',
    'npm-run-all npm-run-all2 concurrently wait-on nodemon node-dev shx node-gyp node-pre-gyp prebuild-install',
    'typescript eslint prettier stylelint tslint jshint standard xo knip depcheck madge dependency-cruiser',
    'esbuild rollup webpack-cli parcel swc tsup tsc-watch ts-node-dev tsc-alias rolldown terser sass postcss-cli',
    'prisma typeorm-ts-node-commonjs graphql-code-generator typedoc c8 nyc',
    'vsce semantic-release changesets commitlint playwright-core create-vite create-next-app http-server',
  ]
    .join(' ')
    .split(' '),
);
const TOOL_SCOPES = new Set(['@angular', '@biomejs', '@commitlint', '@changesets', '@vscode', '@yarnpkg', '@pnpm']);

/** Single files in packages that otherwise run the user's code: they only start the process that does. */
const TOOL_FILES = [
  'tsx/dist/cli.mjs',
  'vitest/vitest.mjs',
  '@nestjs/cli/bin/nest.js',
  '@swc/cli/bin/swc.js',
  '@babel/cli/bin/babel.js',
];

/** Package managers that a repository or a home folder holds outside node_modules. */
const LOOSE_TOOL = /[\\/](\.yarn[\\/]releases[\\/]yarn-[^\\/]*|pnpm|yarn|yarnpkg|npm-cli|npx-cli|corepack)\.c?js$/;

const IN_PACKAGE = /^.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](.*)$/;

/** Whether the file, a real path, is the entry of a tool rather than of a program. */
export function isToolScript(file: string): boolean {
  if (LOOSE_TOOL.test(file)) return true;
  const match = IN_PACKAGE.exec(file);
  if (!match) return false;
  const name = match[1].replace('\\', '/');
  if (TOOL_PACKAGES.has(name) || TOOL_SCOPES.has(name.split('/')[0])) return true;
  return TOOL_FILES.indexOf(name + '/' + match[2].replace(/\\/g, '/')) >= 0;
}
