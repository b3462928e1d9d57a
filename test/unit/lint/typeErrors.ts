import { ts } from '../../../src/lint/ts';

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  lib: ['lib.es2023.d.ts'],
  types: [],
  strict: true,
  allowJs: true,
  checkJs: true,
  skipLibCheck: true,
  noEmit: true,
};

const host = ts.createCompilerHost(OPTIONS);
host.getDefaultLibLocation = () => `${process.cwd()}/node_modules/typescript/lib`;
host.getDefaultLibFileName = () => `${process.cwd()}/node_modules/typescript/lib/lib.es2023.d.ts`;
const onDisk = host.getSourceFile.bind(host);
const exists = host.fileExists.bind(host);
const read = new Map<string, ts.SourceFile | undefined>();
let program: ts.Program | undefined;

/** Messages of the checker, without the places, for one file beside the packages that are installed here. */
export function typeErrors(name: string, text: string): string[] {
  const path = `${process.cwd()}/${name}`;
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  host.getSourceFile = (file, ...rest) => {
    if (file === path) return source;
    if (!read.has(file)) read.set(file, onDisk(file, ...rest));
    return read.get(file);
  };
  host.fileExists = (file) => file === path || exists(file);
  program = ts.createProgram([path], OPTIONS, host, program);
  return program
    .getSemanticDiagnostics(program.getSourceFile(path))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))
    .filter((message) => !/Cannot find (name|module)|is declared but|could not be found/.test(message));
}
