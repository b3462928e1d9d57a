import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../../src/lint/fixes/edits';
import { scriptOf } from '../../../src/lint/scriptBlocks';
import { lintText, mark } from './harness';

const VUE = `<template>
  <p v-if="a < b">{{ "<script>" }}</p>
</template>

<script lang="ts">
export const name: string = 'x';
</script>

<script setup lang="ts">
import { trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
function load(user: { email: string }) {
  tracer.startActiveSpan('load', (span) => {
    span.setAttribute('user.email', user.email);
    span.end();
  });
}
</script>

<style scoped>
p { color: red }
</style>
`;
const SVELTE = `<script>
  import { trace } from '@opentelemetry/api';
  export let url;
  trace.getTracer('shop').startSpan(\`GET \${location.href}\`).end();
</script>

{#if url.length < 3}
  <a href={url}>short</a>
{/if}
`;

describe('components', () => {
  test('of Vue are read at their scripts, each where it stands', () => {
    const { findings } = lintText(VUE, { path: 'main.vue', rule: 'pii-attribute' });
    expect(mark(VUE, findings)).toContain("span.setAttribute('user.email', «user.email»);");
    expect(applyEdits(VUE, findings[0].fixes()[0].edits)).toBe(
      VUE.replace("    span.setAttribute('user.email', user.email);\n", ''),
    );
  });

  test('of Svelte are read at their scripts, as JavaScript where no language is named', () => {
    const { findings } = lintText(SVELTE, { path: 'main.svelte', rule: 'span-name-high-cardinality' });
    expect(mark(SVELTE, findings)).toContain('startSpan(`GET ${«location.href»}`)');
  });

  test('keep the length and the lines of their text', () => {
    for (const text of [VUE, SVELTE, VUE.replaceAll('\n', '\r\n'), '<script', '<script>open', '']) {
      const script = scriptOf(text).text;
      expect(script.length).toBe(text.length);
      expect(script.replace(/[^\r\n]/g, '')).toBe(text.replace(/[^\r\n]/g, ''));
    }
  });
});
