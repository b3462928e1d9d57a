import { expect, test } from 'vitest';
import { mayHaveFindings } from '../../../src/lint/prefilter';

const COMPILED =
  'Object.defineProperty(exports, "__esModule", { value: true });\nconst api_1 = require("@opentelemetry/api");\n';

test('what was compiled from a source is left alone, with the comments of the source before its marker or without', () => {
  expect(mayHaveFindings(`"use strict";\n${COMPILED}`, [])).toBe(false);
  expect(mayHaveFindings(`"use strict";\n/**\n * Spans * of the shop.\n */\n// tracing\n${COMPILED}`, [])).toBe(false);
});

test('what somebody wrote in strict mode is looked at', () => {
  expect(mayHaveFindings('"use strict";\n/* tracing */\nconst { trace } = require("@opentelemetry/api");\n', [])).toBe(
    true,
  );
});
