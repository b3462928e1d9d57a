import { sureness, type GroundOf } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { declaredFunction } from '../otel/declaredFunctions';
import { importOf, requireOf } from '../otel/imports';
import { sdkSetups } from '../otel/sdk';
import type { FileModel } from '../model';
import { NO_FIXES, type Finding, type Fix, type LintContext, type Rule, type TextEdit } from '../rule';
import {
  calleeName,
  enclosingBody,
  isInside,
  lastName,
  literalText,
  outerParent,
  receiver,
  unwrap,
} from '../syntax/nodes';
import { walk, type FunctionNode } from '../syntax/walk';
import { ts } from '../ts';

/** Libraries that an instrumentation patches when they are loaded, with the package that does. */
const PATCHED: readonly (readonly [RegExp, string])[] = [
  [/^(node:)?https?$/, '@opentelemetry/instrumentation-http'],
  [/^express$/, '@opentelemetry/instrumentation-express'],
  // `@fastify/otel` hears of each server that is made, whenever Fastify was loaded.
  [/^fastify$/, '@opentelemetry/instrumentation-fastify'],
  [/^koa$/, '@opentelemetry/instrumentation-koa'],
  [/^@hapi\/hapi$/, '@opentelemetry/instrumentation-hapi'],
  [/^@nestjs\/core$/, '@opentelemetry/instrumentation-nestjs-core'],
  [/^(pg|pg-pool)$/, '@opentelemetry/instrumentation-pg'],
  [/^mysql2?(\/promise)?$/, '@opentelemetry/instrumentation-mysql2'],
  [/^mongodb$/, '@opentelemetry/instrumentation-mongodb'],
  [/^mongoose$/, '@opentelemetry/instrumentation-mongoose'],
  [/^(redis|ioredis)$/, '@opentelemetry/instrumentation-ioredis'],
  [/^kafkajs$/, '@opentelemetry/instrumentation-kafkajs'],
  [/^amqplib/, '@opentelemetry/instrumentation-amqplib'],
  [/^graphql$/, '@opentelemetry/instrumentation-graphql'],
  [/^knex$/, '@opentelemetry/instrumentation-knex'],
  [/^@grpc\/grpc-js$/, '@opentelemetry/instrumentation-grpc'],
  [/^(aws-sdk|@aws-sdk\/(client|lib)-.+)$/, '@opentelemetry/instrumentation-aws-sdk'],
  [/^(pino|winston|bunyan)$/, '@opentelemetry/instrumentation-pino'],
];
const AUTO = '@opentelemetry/auto-instrumentations-node';
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

/** The file starts an SDK, or registers instrumentations, when it is loaded. */
function startsSdk(file: FileModel): boolean {
  if (sdkSetups(file).length === 0 && !/registerInstrumentations/.test(file.text)) return false;
  return file.nodes.calls.some(isStart);
}

/** Its instrumentations include some that patch libraries; an SDK without them has nothing to be late for. */
function patches(file: FileModel): boolean {
  return file.modules.some(
    ({ module }) =>
      module === AUTO || /opentelemetry.*instrumentation-|@prisma\/instrumentation|@fastify\/otel/.test(module),
  );
}

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
  const late = all.find((load) => isSdkModule(file, load.module));
  if (!late) return;
  const sdk = file.module(late.module)!;
  const isAtLoad = startsAtLoad(sdk);
  const call = isAtLoad ? undefined : startingCall(file, late);
  if (!isAtLoad && !call) return;
  const isBefore = (load: Load) =>
    load.node.pos < late.node.pos ||
    (call !== undefined && ((load.isImport && !keepsOrder(context)) || load.node.pos < call.pos));
  const early = all.filter(
    (load) => load !== late && isBefore(load) && load.isUsed && patcherOf(sdk, load.module) !== undefined,
  );
  const through = early.find((load) => !isBuiltin(load))
    ? undefined
    : findThrough(
        context,
        all.filter((load) => load !== late && isBefore(load) && load.isUsed),
        sdk,
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

/** A file of one's own that stands before the SDK and loads a library that should come after it, itself or through others. */
function findThrough(
  { file }: LintContext,
  early: readonly Load[],
  sdk: FileModel,
): { readonly load: Load; readonly library: string } | undefined {
  const seen = new Set<FileModel>([file, sdk]);
  for (const load of early) {
    const pending = load.module.startsWith('.') ? [file.module(load.module)] : [];
    while (pending.length > 0 && seen.size < MAX_MODULES) {
      const other = pending.pop();
      if (!other || seen.has(other)) continue;
      seen.add(other);
      for (const inner of loads(other)) {
        if (!inner.isUsed) continue;
        if (inner.module.startsWith('.')) pending.push(other.module(inner.module));
        else if (!isBuiltin(inner) && patcherOf(sdk, inner.module) !== undefined)
          return { load, library: inner.module };
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

/** Node's own modules are patched in place as soon as anybody loads them again, which somebody mostly does. */
function isBuiltin(load: Load): boolean {
  return /^(node:)?https?$/.test(load.module);
}

/** A file of the program, by its place or by an alias. */
const OWN_MODULE = /^([.#]|[@~]\/)/;

function isSdkModule(file: FileModel, module: string): boolean {
  const other = OWN_MODULE.test(module) ? file.module(module) : undefined;
  if (!other || !/opentelemetry/.test(other.text) || !patches(other)) return false;
  return startsSdk(other) || (sdkSetups(other).length > 0 && startsWhatItGives(file, module));
}

/** `import { sdk } from './telemetry'` and, further down, `sdk.start()`: the file sets the SDK up, and this one starts it. */
function startsWhatItGives(file: FileModel, module: string): boolean {
  return file.nodes.calls.some((call) => isStart(call) && comesFrom(file, receiver(call), module));
}

function comesFrom(file: FileModel, value: ts.Expression | undefined, module: string): boolean {
  const declaration = value && file.scopes.bindingOf(unwrap(value))?.declarations[0];
  return declaration !== undefined && (importOf(declaration) ?? requireOf(declaration))?.module === module;
}

/** The SDK starts when the file is loaded, and not when a function of it is called. */
function startsAtLoad(file: FileModel): boolean {
  return file.nodes.calls.some((call) => isStart(call) && ts.isSourceFile(enclosingBody(call)));
}

function isStart(call: ts.CallExpression): boolean {
  return /^(start|register|registerInstrumentations)$/.test(calleeName(call) ?? '');
}

/**
 * A call at the top level of something that comes from the SDK's file; or of what starts the SDK there, in a function that is called at
 * the top level, such as `bootstrap()`.
 */
function startingCall(file: FileModel, late: Load): ts.CallExpression | undefined {
  return file.nodes.calls.find((call) => {
    const body = enclosingBody(call);
    const declaration = file.scopes.bindingOf(call.expression)?.declarations[0];
    const isStarted = isStart(call) && comesFrom(file, receiver(call), late.module);
    const isFromThere = isStarted || (declaration !== undefined && isInside(declaration, late.node));
    if (ts.isSourceFile(body))
      return isFromThere || (ts.isCallExpression(call.expression) && isInside(call, late.node));
    return isFromThere && isCalledAtLoad(file, body) && (isStarted || startsWhenCalled(file, call));
  });
}

function isCalledAtLoad(file: FileModel, node: FunctionNode): boolean {
  const place = outerParent(node);
  const name = ts.isFunctionDeclaration(node) ? node.name : ts.isVariableDeclaration(place) ? place.name : undefined;
  const uses = name ? file.scopes.bindingOf(name)?.references.map((each) => each.node) : [node];
  return (uses ?? []).some((use) => {
    const call = outerParent(use);
    return ts.isCallExpression(call) && unwrap(call.expression) === use && ts.isSourceFile(enclosingBody(call));
  });
}

function startsWhenCalled(file: FileModel, call: ts.CallExpression): boolean {
  const callee = unwrap(call.expression);
  const called = ts.isIdentifier(callee) ? declaredFunction(file, callee) : undefined;
  return called !== undefined && called.file.nodes.calls.some((each) => isStart(each) && isInside(each, called.node));
}

interface Load {
  readonly module: string;
  readonly node: ts.Statement;
  readonly at: ts.Node;
  readonly isImport: boolean;
  /** Something is taken from it at run time. */
  readonly isUsed: boolean;
}

/** Modules that the file loads at its top level, in order. */
function loads(file: FileModel): Load[] {
  return file.source.statements.flatMap((statement): Load[] => {
    if (ts.isImportDeclaration(statement)) {
      const module = literalText(statement.moduleSpecifier);
      if (module === undefined || statement.importClause?.isTypeOnly) return [];
      return [
        {
          module,
          node: statement,
          at: statement.moduleSpecifier,
          isImport: true,
          isUsed: isValueImport(file, statement),
        },
      ];
    }
    let found: Load | undefined;
    if (ts.isVariableStatement(statement) || ts.isExpressionStatement(statement))
      walk(statement, (node) => {
        if (ts.isFunctionLike(node)) return false;
        if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== 'require')
          return true;
        const module = literalText(node.arguments[0]);
        if (module !== undefined)
          found ??= { module, node: statement, at: node.arguments[0], isImport: false, isUsed: true };
        return true;
      });
    return found ? [found] : [];
  });
}

/** TypeScript drops an import whose names are used as types alone. */
function isValueImport(file: FileModel, statement: ts.ImportDeclaration): boolean {
  if (!statement.importClause) return true;
  if (!/\.[cm]?tsx?$/.test(file.path)) return true;
  return file.scopes.bindings.some((binding) => {
    const declaration = binding.declarations[0];
    return (
      importOf(declaration) &&
      ts.findAncestor(declaration, ts.isImportDeclaration) === statement &&
      binding.references.length > 0
    );
  });
}

/** The instrumentation, among those that the SDK's file sets up, that would have patched the module. */
function patcherOf(sdk: FileModel, module: string): string | undefined {
  const known = PATCHED.find(([pattern]) => pattern.test(module));
  if (!known) return undefined;
  const short = known[1].replace(/.*instrumentation-/, '');
  const isSetUp = sdk.modules.some(
    ({ module: used }) => used === AUTO || used === known[1] || used.endsWith(`instrumentation-${short}`),
  );
  return isSetUp ? known[1] : undefined;
}

function firstStart(file: FileModel): number | undefined {
  return file.nodes.calls.find(isStart)?.pos;
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
