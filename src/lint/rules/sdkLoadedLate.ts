import { sureness, type GroundOf } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { isBuiltin, loads, type Load } from '../otel/loads';
import { patcherOf, patches } from '../otel/patchedLibraries';
import { sdkSetups } from '../otel/sdk';
import {
  hooksAtLoad,
  instrumentations,
  isStart,
  sdkBehind,
  startingCall,
  startsAtLoad,
  startsSdk,
} from '../otel/sdkStarts';
import type { FileModel } from '../model';
import { NO_FIXES, type Finding, type Fix, type LintContext, type Rule, type TextEdit } from '../rule';
import { calleeName, enclosingBody, lastName, receiver } from '../syntax/nodes';
import { ts } from '../ts';

const PRELOAD =
  /(--import[= ]|--require[= ]|(^|\s)-r\s|--loader[= ]|--experimental-loader[= ])\s*(?!(ts-node|tsconfig-paths|dotenv|esm|source-map-support|tsx|@swc|esbuild-register|@babel)\b)/;

export const sdkLoadedLate: Rule = {
  id: 'sdk-loaded-late',
  title: 'Libraries loaded before the SDK can instrument them',
  check(context) {
    if (startsSdk(context.file) && patches(context.file)) {
      checkSameFile(context);
      checkProvider(context);
    } else checkOrder(context);
  },
};

/** Imports run before the file's own statements, so that a library imported beside the SDK is always loaded first. */
function checkSameFile(context: LintContext): void {
  const { file } = context;
  const first = firstStart(file);
  for (const load of loads(file)) {
    const instrumentation = patcherOf(file, load.module);
    if (instrumentation === undefined || !load.isUsed || isForExporter(file, load)) continue;
    if ((!load.isImport || keepsOrder(context)) && (first === undefined || load.node.pos > first)) continue;
    report(
      context,
      load,
      `${load.isImport ? 'imports run before all else in a file' : 'it stands above the start of the SDK'}`,
      isBuiltin(load) ? 'builtIn' : 'before',
      NO_FIXES,
    );
  }
}

/** What the SDK sends its own spans with: credentials and metadata of gRPC, or a key that a client of AWS fetches. */
function isForExporter(file: FileModel, { module }: Load): boolean {
  if (/^(aws-sdk|@aws-sdk\/client-(secrets-manager|ssm|sts))$/.test(module)) return true;
  return module === '@grpc/grpc-js' && file.modules.some((each) => /exporter-\w+-otlp-grpc$/.test(each.module));
}

const LIFECYCLE = /^(onModuleInit|onApplicationBootstrap)$/;

/** A provider of Nest starts the SDK: Nest makes it when the modules of the program are loaded. */
function checkProvider(context: LintContext): void {
  const { file } = context;
  if (!file.modules.some(({ module }) => module === '@nestjs/common')) return;
  const start = file.nodes.calls.find((call) => {
    const body = enclosingBody(call);
    if (!isSdkStart(file, call)) return false;
    return (
      (ts.isMethodDeclaration(body) && LIFECYCLE.test(body.name.getText())) ||
      (ts.isConstructorDeclaration(body) && ts.canHaveDecorators(body.parent) && ts.getDecorators(body.parent))
    );
  });
  if (!start || context.project.scripts.some((script) => PRELOAD.test(script))) return;
  context.report({
    ...rangeOf(start.expression),
    message: `The SDK starts when Nest has loaded the modules of the program, so that instrumentations find nothing to patch and their spans are missing. Start it in a file of its own and load that first: ${preload(context)}.`,
    confidence: sureness('sdk-loaded-late', 'framework'),
  });
}

/** `this.sdk.start()`, and not the start of anything else. */
function isSdkStart(file: FileModel, call: ts.CallExpression): boolean {
  const on = receiver(call);
  const name = on && lastName(on);
  return (
    isStart(call) &&
    name !== undefined &&
    (/sdk|otel|provider|telemetry/i.test(name) || sdkSetups(file).some((setup) => setup.call === on))
  );
}

/** `import './telemetry'` below `import express from 'express'`, or a call that starts the SDK below it. */
function checkOrder(context: LintContext): void {
  const { file } = context;
  const all = loads(file);
  const late = all.find((load) => sdkBehind(file, load) !== undefined);
  const sdk = late && sdkBehind(file, late);
  if (!late || !sdk) return;
  const isAtLoad = startsAtLoad(sdk);
  const call = isAtLoad ? undefined : startingCall(file, late);
  if (!isAtLoad && !call) return;
  const isHooked = hooksAtLoad(sdk) && !isNativeModule(context);
  const isBefore = (load: Load) =>
    load.node.pos < late.node.pos ||
    (call !== undefined && !isHooked && ((load.isImport && !keepsOrder(context)) || load.node.pos < call.pos));
  const early = all.filter(
    (load) => load !== late && isBefore(load) && load.isUsed && patcherOf(sdk, load.module) !== undefined,
  );
  const through = early.find((load) => !isBuiltin(load))
    ? undefined
    : findThrough(
        context,
        all.filter((load) => load !== late && isBefore(load) && load.isUsed),
        [sdk, file.module(late.module)],
      );
  const before = through?.load ?? early.find((load) => !isBuiltin(load)) ?? early[0];
  if (!before) {
    checkLinkedTogether(context, all, sdk);
    return;
  }
  const name = call && calleeName(call);
  const why = call
    ? `${name === undefined ? 'the call' : `\`${name}()\``} that starts the SDK runs after it`
    : `\`${late.module}\`, which starts the SDK, comes after it`;
  const fixes = () => (call ? [] : moveFirst(context, all, late));
  const ground = isPart(file, late, call) ? 'part' : isBuiltin(before) ? 'builtIn' : through ? 'through' : 'before';
  report(context, before, why, ground, fixes, through?.library);
}

/** A router that takes the tracer from the SDK's file: who loads it has loaded the SDK by then, as a rule. */
function isPart(file: FileModel, { node }: Load, call: ts.CallExpression | undefined): boolean {
  const takes = ts.isImportDeclaration(node) ? node.importClause !== undefined : ts.isVariableStatement(node);
  return takes && call === undefined && file.exports.byName.size + file.exports.stars.length > 0;
}

/** Modules that are looked into for what they load in turn. */
const MAX_MODULES = 40;

/**
 * A file of one's own that stands before the SDK and loads a library that should come after it, itself or through others. `gate`: the
 * module by which the SDK's file is reached, which may be another file of its package.
 */
function findThrough(
  { file }: LintContext,
  early: readonly Load[],
  [sdk, gate]: readonly [FileModel, FileModel | undefined],
): { readonly load: Load; readonly library: string } | undefined {
  const seen = new Set<FileModel | undefined>([file, sdk, gate]);
  for (const load of early) {
    const pending = isBuiltin(load) ? [] : [file.module(load.module)];
    while (pending.length > 0 && seen.size < MAX_MODULES) {
      const other = pending.pop();
      if (!other || seen.has(other)) continue;
      seen.add(other);
      for (const inner of loads(other)) {
        if (!inner.isUsed) continue;
        if (isBuiltin(inner)) continue;
        if (patcherOf(sdk, inner.module) !== undefined) return { load, library: inner.module };
        pending.push(other.module(inner.module));
      }
    }
  }
  return undefined;
}

/** TypeScript turns imports into calls of `require` where they stand, unless the output is ES modules, which load them first. */
function keepsOrder(context: LintContext): boolean {
  return /\.c?tsx?$/.test(context.file.path) && !context.project.isEsModule;
}

const BUNDLED = /\b(next|nuxt|vite|webpack|rollup|esbuild|tsup|parcel|ncc|bun|wrangler|remix|astro|rspack|turbopack)\b/;
const HOOKED = /\bregister\s*\(|import-in-the-middle|hook\.mjs/;

/**
 * Node reads all modules that an ES module imports before it runs the first of them: an SDK that is imported beside the libraries comes
 * too late for them even when it stands first. Bundlers do otherwise.
 */
function checkLinkedTogether(context: LintContext, all: readonly Load[], sdk: FileModel): void {
  const { file, project } = context;
  if (!isNativeModule(context) || project.scripts.some((script) => BUNDLED.test(script))) return;
  if (HOOKED.test(file.text) || HOOKED.test(sdk.text)) return;
  const load = all.find(
    (each) => each.isImport && each.isUsed && !isBuiltin(each) && patcherOf(sdk, each.module) !== undefined,
  );
  if (load) report(context, load, 'ES modules are all read before the first of them runs', 'framework', NO_FIXES);
}

function isNativeModule({ file, project }: LintContext): boolean {
  return /\.m[jt]s$/.test(file.path) || (project.isEsModule && /\.[jt]s$/.test(file.path));
}

/** From where on libraries are patched: instrumentations hook into their loading when they are made. */
function firstStart(file: FileModel): number | undefined {
  const places = [...file.nodes.calls.filter(isStart), ...instrumentations(file)].map(({ pos }) => pos);
  return places.length > 0 ? Math.min(...places) : undefined;
}

function report(
  context: LintContext,
  load: Load,
  why: string,
  ground: GroundOf<'sdk-loaded-late'>,
  fixes: Finding['fixes'],
  library = load.module,
): void {
  if (context.project.scripts.some((script) => PRELOAD.test(script))) return;
  context.report({
    ...rangeOf(load.at),
    message: `"${library}" is loaded ${library === load.module ? '' : `by "${load.module}" `}before the SDK starts (${why}), so that its instrumentation finds nothing to patch and its spans are missing. Start the SDK in a file of its own and load that first: ${preload(context)}.`,
    confidence: sureness('sdk-loaded-late', ground),
    fixes,
  });
}

function preload({ project }: LintContext): string {
  return project.isEsModule
    ? 'node --import ./telemetry.js app.js, with the loader hook of @opentelemetry/instrumentation'
    : 'node --require ./telemetry.js app.js';
}

function moveFirst(context: LintContext, all: readonly Load[], late: Load): Fix[] {
  const { source, text } = context.file;
  const isPlain = ts.isImportDeclaration(late.node) ? !late.node.importClause : ts.isExpressionStatement(late.node);
  const first = all[0];
  if (!isPlain || !first || first === late) return [];
  const end = text.indexOf('\n', late.node.end) + 1 || late.node.end;
  const start = text.lastIndexOf('\n', late.node.getStart(source)) + 1;
  const edits: TextEdit[] = [
    { start: first.node.getStart(source), end: first.node.getStart(source), text: `${late.node.getText(source)}\n` },
    { start, end, text: '' },
  ];
  return [{ title: `Load ${late.module} first`, edits, safe: false }];
}
