import { type Locator, type Page } from 'playwright-core';
import type { FakeHost } from './fakeHost';

/** What tests do with the page, in the user's words. */
export class WaterfallPage {
  constructor(readonly page: Page) {}

  get rows(): Locator {
    return this.page.locator('spanline-rows .row');
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.locator('.span-name', { hasText: name }) }).first();
  }

  get selected(): Locator {
    return this.page.locator('spanline-rows .row.selected');
  }

  get details(): Locator {
    return this.page.locator('spanline-details');
  }

  get treegrid(): Locator {
    return this.page.getByRole('treegrid');
  }

  get search(): Locator {
    return this.page.locator('spanline-header vscode-text-field');
  }

  async select(name: string): Promise<void> {
    await this.row(name).locator('.span-name').click();
  }

  async names(): Promise<string[]> {
    return this.rows.locator('.span-name').allTextContents();
  }

  /** Runs in the page, against its fake host. */
  async host<T>(act: (host: FakeHost) => T): Promise<T> {
    const handle = await this.page.evaluateHandle<FakeHost>('window.fakeHost');
    return await this.page.evaluate(act as never, handle);
  }

  /** Violations of the policy, errors and rejections since the page was loaded. */
  async errors(): Promise<string[]> {
    return this.host((host) => host.errors);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
