import { AxeBuilder } from '@axe-core/playwright';
import type { Workbench } from './workbench';

/** What the waterfall of a window keeps from people who use assistive technology. One that is still being drawn may fade in. */
export async function faultsFor({ page }: Workbench): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .include(['iframe.webview.ready', 'iframe#active-frame', 'body'])
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
