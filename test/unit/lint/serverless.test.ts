import { describe, expect, test } from 'vitest';
import { lintText, type LintTextOptions } from './harness';

const PROCESSOR = `
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
export const processor = new SimpleSpanProcessor(new OTLPTraceExporter());
`;

const found = (text: string, options: LintTextOptions = {}) =>
  lintText(text, { ...options, rule: 'synchronous-export' }).findings.length;
const manifest = (content: object) => ({ files: { 'package.json': JSON.stringify(content) } });

describe('spans are sent one by one where the process is frozen after each request, as is shown by', () => {
  test.each([
    ['an import', "import type { Context } from 'aws-lambda';"],
    ['an import of a framework', "import middy from '@middy/core';"],
    ['what require brings', "const functions = require('firebase-functions');"],
    ['a handler', 'export async function handler(event: unknown) { await processor.forceFlush(); }'],
    ['a variable of the platform', 'export const where = process.env.AWS_LAMBDA_FUNCTION_NAME;'],
    ['a variable by its text', "export const where = process.env['VERCEL_REGION'];"],
  ])('%s', (_, line) => {
    expect(found(PROCESSOR)).toBe(1);
    expect(found(PROCESSOR + line)).toBe(0);
  });

  test.each(['serverless deploy --stage prod', 'vercel deploy --prod', 'wrangler dev', 'sls offline'])(
    'a script: %s',
    (script) => expect(found(PROCESSOR, manifest({ scripts: { go: script } }))).toBe(0),
  );

  test.each(['@vercel/functions', '@azure/functions', 'serverless-http'])('a dependency: %s', (name) =>
    expect(found(PROCESSOR, manifest({ dependencies: { [name]: '1.0.0' } }))).toBe(0),
  );

  test.each(['packages/lambda/telemetry.ts', 'src/tracing.edge.ts', 'lambdas/tracing.ts'])('its place: %s', (path) =>
    expect(found(PROCESSOR, { path })).toBe(0),
  );
});

describe('what shows nothing of the kind', () => {
  test.each([
    ['a comment', '// Not serverless: AWS Lambda would freeze it.'],
    ['a text', "export const label = 'serverless';"],
    [
      'a module of another name',
      "import { edges } from 'graph-edges'; import x from './lambdaCalculus'; use(edges, x);",
    ],
    ['a variable of its own', 'export const lambda = process.env.EDGE_AWS_LAMBDA;'],
  ])('%s', (_, line) => expect(found(PROCESSOR + line)).toBe(1));

  test.each(['src/knowledge/telemetry.ts', 'src/pledges/index.ts', 'lambdaCalculus/telemetry.ts'])(
    'its place: %s',
    (path) => expect(found(PROCESSOR, { path })).toBe(1),
  );

  test('a script that only builds', () =>
    expect(found(PROCESSOR, manifest({ scripts: { build: 'tsc && echo serverless' } }))).toBe(1));
});
