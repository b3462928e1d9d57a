import { sureness } from '../../grounds';
import { rangeOf } from '../../fixes/edits';
import { isOtelClass } from '../../otel/sdk';
import type { LintContext } from '../../rule';
import { calleeName } from '../../syntax/nodes';

/** Build tools that leave `await` to the browser unless they are told otherwise. */
const MODERN_TOOLS = ['next', 'vite', 'esbuild', 'parcel', '@rspack/core', 'astro'];

/** Tools that turn `await` into promises, because zones cannot follow it. */
const ZONE_TOOLS = ['@angular/core', '@angular/cli', '@babel/plugin-transform-async-to-generator'];

/** zone.js patches promises, but a native `await` never asks them: after it the zone is another. */
export function findLostZones(context: LintContext): void {
  const { file, project } = context;
  for (const made of file.nodes.news) {
    if (calleeName(made) !== 'ZoneContextManager' || !isOtelClass(file, made)) continue;
    if (ZONE_TOOLS.some((name) => project.dependsOn(name))) continue;
    const tool = MODERN_TOOLS.find((name) => project.dependsOn(name));
    if (tool === undefined) continue;
    context.report({
      ...rangeOf(made.expression),
      message: `ZoneContextManager loses the context at each \`await\` that reaches the browser as it is, which ${tool} builds by default: what follows the await has no parent. Have async functions turned into promises (target ES2016), or pass contexts by hand.`,
      confidence: sureness('context-dropped', 'zone'),
    });
  }
}
