import { join } from 'node:path';
import esbuild from 'esbuild';
import { run } from '../vscode/harness/shell';

type Prepare = (folder: string, node: string) => Promise<void>;

/** One bundle of the program with its SDK inside. */
export function bundleTypescript(options: esbuild.BuildOptions & { readonly outfile: string }): Prepare {
  return async (folder) => {
    const esm = options.format === 'esm';
    await esbuild.build({
      absWorkingDir: folder,
      entryPoints: ['src/main.ts'],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      sourcemap: true,
      logLevel: 'error',
      ...(esm ? { banner: { js: REQUIRE_IN_ESM } } : {}),
      ...options,
    });
  };
}

/** The SDK's CommonJS files call `require` for built-in modules. */
const REQUIRE_IN_ESM = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;

export function compileTypescript(options: Readonly<Record<string, boolean>>, outDir: string): Prepare {
  return async (folder) => {
    const flags = Object.entries(options).map(([name, value]) => [`--${name}`, String(value)]);
    const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
    await run(process.execPath, [tsc, '-p', '.', '--outDir', outDir, ...flags.flat()], { cwd: folder });
  };
}

/** By a tool of the program's that builds it as its users do. */
export function buildBy(...tool: readonly string[]): Prepare {
  return async (folder, node) => {
    await run(node, [join(folder, 'node_modules', ...tool), 'build'], { cwd: folder });
  };
}

/** Prisma's client for the program's schema. The engine that it would fetch for that is of no use here. */
export async function generatePrisma(folder: string): Promise<void> {
  const prisma = join(folder, 'node_modules', 'prisma', 'build', 'index.js');
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' };
  await run(process.execPath, [prisma, 'generate'], { cwd: folder, env });
}

/** As Nest's command line has SWC compile. */
export function compileBySwc(outDir: string): Prepare {
  return async (folder) => {
    const swc = join(folder, 'node_modules', '@swc', 'cli', 'bin', 'swc.js');
    const options = [
      'jsc.parser.syntax=typescript',
      'jsc.parser.decorators=true',
      'jsc.transform.legacyDecorator=true',
    ];
    const more = [
      'jsc.transform.decoratorMetadata=true',
      'jsc.target=es2021',
      'jsc.keepClassNames=true',
      'module.type=commonjs',
    ];
    const flags = [...options, ...more].flatMap((option) => ['-C', option]);
    const where = ['src', '-d', outDir, '--strip-leading-paths', '--source-maps'];
    await run(process.execPath, [swc, ...where, ...flags], { cwd: folder });
  };
}
