import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { ARTIFACTS } from './paths';
import type { VscodeServer } from './vscodeServer';

/** Only what is wrong waits so long. Machines that run tests can be many times slower than the one where they were written. */
const READY_LIMIT_MS = 120_000;
const LIMIT_MS = 60_000;
const LIST_LIMIT_MS = 10_000;
const MOST_TRIES = 4;
const F5_PATIENCE_MS = 4_000;
const STOP_POLL_MS = 300;
const HOVER_MS = 5_000;
/** Between the foot of a lens and the head of the line below it. */
const LENS_GAP_PX = 6;

export interface WorkbenchOptions {
  readonly server: VscodeServer;
  readonly browser: Browser;
  readonly folder: string;
  readonly width?: number;
  readonly height?: number;
  /** Device pixels per CSS pixel. */
  readonly scale?: number;
}

/** One code lens row as the editor shows it. */
export interface Lens {
  /** Number of the line below the lens, 1-based. */
  readonly line: number;
  /** Text of every link of the row, in order. */
  readonly texts: readonly string[];
}

/** A window of the real workbench, driven as a person would: keys, clicks, and what is seen. */
export class Workbench {
  private constructor(
    readonly page: Page,
    private readonly context: BrowserContext,
  ) {}

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const context = await options.browser.newContext({
      viewport: { width: options.width ?? 1600, height: options.height ?? 1000 },
      deviceScaleFactor: options.scale ?? 1,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(LIMIT_MS);
    await page.goto(options.server.url(options.folder));
    const workbench = new Workbench(page, context);
    await workbench.untilReady(options.folder !== '');
    return workbench;
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** As a person reloads a window: its editors and panels come back. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: READY_LIMIT_MS });
    await this.command('Developer: Reload Window');
    await loaded;
    await this.untilReady();
  }

  private async untilReady(hasFolder = true): Promise<void> {
    const limit = { timeout: READY_LIMIT_MS };
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor(limit);
    if (hasFolder) await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor(limit);
  }

  /** Runs a command by its title in the palette, "Category: Title". What it asks for then, one after the other, is given by `answers`. */
  async command(title: string, ...answers: readonly string[]): Promise<void> {
    await this.choose('F1', `>${title}`, (rows) => rows.filter({ has: this.commandLabel(title) }));
    const input = this.quickInput.locator('.quick-input-filter input');
    for (const answer of answers) {
      await this.untilEmpty(input);
      await input.fill(answer);
      await this.page.keyboard.press('Enter');
    }
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Runs a command that asks by a list, and gives the list's rows as far as they are in sight. */
  async listOf(title: string): Promise<Locator> {
    await this.choose('F1', `>${title}`, (rows) => rows.filter({ has: this.commandLabel(title) }));
    const palette = this.quickInput.locator('.quick-input-filter input[placeholder*="name of a command"]');
    await palette.waitFor({ state: 'hidden' });
    return this.quickInput.locator('.monaco-list-row');
  }

  /** The palette puts commands used lately first, and titles begin alike: only the whole title tells them apart, but for its ellipsis. */
  private commandLabel(title: string): Locator {
    const exact = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.page.locator('.quick-input-list-label .label-name', { hasText: new RegExp(`^${exact}…?$`) });
  }

  /** The next question has come. */
  private async untilEmpty(input: Locator): Promise<void> {
    await eventually('an empty field', () => input.inputValue(), (value) => value === ''); // prettier-ignore
  }

  /** Opens a file of the folder by its path, with the cursor on the line. */
  async openFile(path: string, line?: number): Promise<void> {
    const name = path.split('/').at(-1)!;
    await this.choose('Control+p', path, (rows) => rows.filter({ hasText: name }).first());
    const tab = this.page.locator('.tab.active').filter({ hasText: name });
    await tab.first().waitFor();
    // The list that closes may give the focus back to another group, where it was before.
    const front = this.page.locator('.editor-group-container.active .tab.active').filter({ hasText: name });
    await front.waitFor({ timeout: LIST_LIMIT_MS }).catch(() => tab.first().click());
    if (line !== undefined) await this.goToLine(line);
  }

  async goToLine(line: number): Promise<void> {
    // The row that stands there until the number is read leads nowhere.
    await this.choose('Control+g', `:${line}`, (rows) => rows.filter({ hasText: new RegExp(`line ${line}\\b`) }));
    await this.quickInput.waitFor({ state: 'hidden' });
    await this.untilCursorOn(line);
  }

  async untilCursorOn(line: number, editor = this.editor): Promise<void> {
    const number = editor.locator('.line-numbers.active-line-number');
    await number.filter({ hasText: new RegExp(`^${line}$`) }).waitFor();
  }

  private get quickInput(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  /** Types into the quick input and takes one of its rows. A list that was made before the row existed stays without it: it is asked for anew. */
  private async choose(key: string, text: string, which: (rows: Locator) => Locator): Promise<void> {
    const input = this.quickInput.locator('.quick-input-filter input');
    const row = which(this.quickInput.locator('.monaco-list-row'));
    for (let tries = 1; ; tries++) {
      await this.page.keyboard.press(key);
      // What was asked before may close only now, and take the new list along.
      const isThere = await input
        .fill(text, { timeout: LIST_LIMIT_MS })
        .then(() => row.waitFor({ timeout: LIST_LIMIT_MS }))
        .then(
          () => true,
          () => tries === MOST_TRIES,
        );
      if (isThere) return row.click();
      await this.page.keyboard.press('Escape');
      await this.quickInput.waitFor({ state: 'hidden' });
    }
  }

  /** Starts a launch configuration or compound by its name, whatever is selected in the debug view. */
  async startDebugging(name: string): Promise<void> {
    await this.choose('Control+p', `debug ${name}`, (rows) => rows.filter({ hasText: name }).first());
  }

  /**
   * Presses F5 and waits for the debugger. `selected` is the launch configuration or compound that has to be the chosen one.
   * While VS Code still starts F5 leads nowhere, so it is pressed again; during a session it means "continue" and harms nothing.
   */
  async pressF5(selected: string): Promise<void> {
    await this.openViewlet('Run and Debug');
    const choice = this.page.locator('.start-debug-action-item').filter({ hasText: selected });
    await choice.waitFor({ timeout: READY_LIMIT_MS });
    await this.openViewlet('Explorer');
    const deadline = Date.now() + READY_LIMIT_MS;
    do {
      await this.page.keyboard.press('F5');
    } while (!(await this.debugging(F5_PATIENCE_MS)) && Date.now() < deadline);
    await this.untilDebugging();
  }

  async untilDebugging(): Promise<void> {
    if (!(await this.debugging(READY_LIMIT_MS)))
      throw new Error(`No debug session started within ${READY_LIMIT_MS / 1000} s.`);
  }

  isDebugging(): Promise<boolean> {
    return this.sessionsBadge.isVisible();
  }

  private debugging(patienceMs: number): Promise<boolean> {
    return this.sessionsBadge.waitFor({ timeout: patienceMs }).then(
      () => true,
      () => false,
    );
  }

  /** The number of debug sessions in the activity bar; not there when there are none. */
  private get sessionsBadge(): Locator {
    const item = this.page.locator('.activitybar .action-item', {
      has: this.page.locator('[aria-label^="Run and Debug"]'),
    });
    return item.locator('.badge-content');
  }

  /** Stops every session: a compound has one per member. */
  async stopDebugging(): Promise<void> {
    const deadline = Date.now() + READY_LIMIT_MS;
    while (await this.isDebugging()) {
      if (Date.now() > deadline)
        throw new Error(`Debug sessions are still running ${READY_LIMIT_MS / 1000} s after they were stopped.`);
      await this.page.keyboard.press('Shift+F5');
      await this.page.waitForTimeout(STOP_POLL_MS);
    }
  }

  /** The editor that has the focus, or had it last. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** The editor of a file that is in front of its group, whichever group has the focus. */
  editorOf(file: string): Locator {
    const tab = this.page.locator('.tab.active', { hasText: file });
    return this.page
      .locator('.editor-group-container', { has: tab })
      .locator('.editor-instance .monaco-editor')
      .first();
  }

  /**
   * Points at the last `word` of the line of the active editor that holds `line`, until its hover says what it should; the hover stays.
   * One that is still there when the pointer is back stays as it was, and one that is gone keeps its text in the page.
   */
  async hoverThat(line: string, word: string, passes: (text: string) => boolean, limitMs?: number): Promise<Locator> {
    const hover = this.page.locator('.monaco-resizable-hover .monaco-hover').filter({ visible: true });
    const target = this.editor
      .locator('.view-line', { hasText: line })
      .locator('span > span', { hasText: word })
      .last();
    const ask = async (): Promise<string> => {
      await this.page.mouse.move(0, 0);
      await eventually('no hover', () => hover.count(), (count) => count === 0); // prettier-ignore
      await target.hover();
      const shown = await hover.first().waitFor({ timeout: HOVER_MS }).then(() => true, () => false); // prettier-ignore
      return shown ? (await hover.allInnerTexts()).join('\n') : '';
    };
    await eventually(`the hover on ${word}`, ask, passes, limitMs);
    return hover;
  }

  /** What the editor shows, line by line as far as it is scrolled into view. */
  async visibleText(): Promise<string> {
    const lines = await this.editor.locator('.view-line').evaluateAll((elements) =>
      elements
        .map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent ?? '' }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ')),
    );
    return lines.join('\n');
  }

  /** Code lenses in view. Their line is found by where they are drawn, right above its number; all at one moment. */
  lenses(): Promise<Lens[]> {
    // No named functions in here: tsx wraps those in a helper that the page does not have.
    return this.editor.evaluate((editor, gap) => {
      const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')];
      return [...editor.querySelectorAll('.codelens-decoration')]
        .flatMap((lens) => {
          const { bottom, height } = lens.getBoundingClientRect();
          const below = numbers.find((number) => Math.abs(number.getBoundingClientRect().top - bottom) <= gap);
          const texts = [...lens.querySelectorAll('a')].map((link) => link.textContent.replaceAll('\u00a0', ' '));
          return height > 0 && below && texts.length > 0 ? [{ line: Number(below.textContent), texts }] : [];
        })
        .sort((a, b) => a.line - b.line);
    }, LENS_GAP_PX);
  }

  /**
   * Waits until the editor shows these lenses, by line. One that is still being laid out shows them above other lines for a moment.
   */
  async untilLenses(wanted: readonly Lens[]): Promise<void> {
    const text = JSON.stringify(wanted);
    await eventually(
      `lenses ${text}`,
      () => this.lenses(),
      (seen) => JSON.stringify(seen) === text,
    );
  }

  /** Clicks the first link of the lens above a line, of whichever lens stands there at that moment. */
  async clickLens(line: number): Promise<void> {
    const click = async (): Promise<boolean> => {
      const id = await this.editor.evaluate(
        (editor, [line, gap]) => {
          const numbers = [...editor.querySelectorAll('.margin-view-overlays .line-numbers')];
          const number = numbers.find(({ textContent }) => Number(textContent) === line);
          const lenses = number ? [...editor.querySelectorAll('.codelens-decoration')] : [];
          const top = number?.getBoundingClientRect().top ?? 0;
          const lens = lenses.find((each) => Math.abs(each.getBoundingClientRect().bottom - top) <= gap);
          return lens?.getAttribute('widgetid');
        },
        [line, LENS_GAP_PX] as const,
      );
      if (!id) return false;
      const link = this.editor.locator(`.codelens-decoration[widgetid="${id}"] a`).first();
      return link.click({ timeout: LIST_LIMIT_MS }).then(
        () => true,
        () => false,
      );
    };
    await eventually(`a click on the lens of line ${line}`, click, Boolean);
  }

  /** The link of a lens whose text matches. */
  lensLink(text: string | RegExp): Locator {
    return this.editor.locator('.codelens-decoration a').filter({ hasText: text });
  }

  /** The document inside Spanline's waterfall. */
  get waterfall(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  }

  /** Rows of the Problems view as far as they are in sight: "message source(code) [Ln 1, Col 1]". The view has to be open. */
  async problems(): Promise<string[]> {
    const rows = await this.page.locator('.markers-panel .monaco-list-row').allInnerTexts();
    return rows.map((text) => text.replace(/\s+/g, ' ').trim());
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text });
  }

  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Rows of a tree view by the view's title. */
  viewRows(title: string): Locator {
    return this.page
      .locator('.pane', { has: this.page.locator('.pane-header', { hasText: title }) })
      .locator('.monaco-list-row');
  }

  /** What these rows say, each on one line, from top to bottom: a list draws rows in the order in which they came. */
  viewTexts(title: string): Promise<string[]> {
    return this.viewRows(title).evaluateAll((rows) =>
      rows
        .map((row) => ({
          top: row.getBoundingClientRect().top,
          text: (row as unknown as { innerText: string }).innerText,
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replace(/\s+/g, ' ').trim()),
    );
  }

  /** Opens a view container by its activity bar tooltip. */
  async openViewlet(name: string): Promise<void> {
    const item = this.page.locator(`.activitybar .action-item:has([aria-label^="${name}"])`).first();
    if (!(await item.getAttribute('class'))?.includes('checked')) await item.click();
  }

  async screenshot(name: string, folder = ARTIFACTS): Promise<string> {
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

/** Asks again until the answer passes. The error tells the last answer. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  passes: (answer: T) => boolean,
  limitMs = LIMIT_MS,
): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    if (Date.now() > deadline) {
      throw new Error(
        `${what}: not so after ${limitMs / 1000} s. Last seen: ${JSON.stringify(answer)?.slice(0, 2000)}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
