import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { waterfallHtml } from '../../src/protocol/waterfallHtml';
import { launchBrowser } from '../vscode/harness/browser';
import type { FakeHostOptions } from './fakeHostOptions';
import { TEST_THEMES, type TestThemeName, themeProperties } from './themes';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = join(HERE, '../..');

export interface PageOptions extends Omit<FakeHostOptions, 'themeKind' | 'properties'> {
  readonly theme?: TestThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly forcedColors?: boolean;
  readonly reducedMotion?: boolean;
}

/** Serves the built bundle under the real page's HTML and policy, in Chromium, against a fake host. */
export class WaterfallHarness {
  private constructor(
    private readonly server: Server,
    private readonly browser: Browser,
    private readonly fakeHost: string,
  ) {}

  static async start(): Promise<WaterfallHarness> {
    const [server, browser, fakeHost] = await Promise.all([serve(), launchBrowser(console.log), bundleFakeHost()]);
    return new WaterfallHarness(server, browser, fakeHost);
  }

  async open(options: PageOptions): Promise<Page> {
    const context: BrowserContext = await this.browser.newContext({
      viewport: { width: options.width ?? 1280, height: options.height ?? 760 },
      forcedColors: options.forcedColors ? 'active' : 'none',
      reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
      locale: 'en-GB',
      timezoneId: 'Europe/Vienna',
    });
    const theme = TEST_THEMES[options.theme ?? 'dark'];
    const hostOptions: FakeHostOptions = { ...options, themeKind: theme.kind, properties: themeProperties(theme) };
    await context.addInitScript({
      content: `window.fakeHostOptions = ${JSON.stringify(hostOptions)};\n${this.fakeHost}`,
    });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`);
    return page;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    if (path === '/') {
      response.setHeader('content-type', 'text/html');
      const cspSource = `http://${request.headers.host}`;
      response.end(waterfallHtml({ scriptUri: '/waterfall.js', cspSource, nonce: randomBytes(16).toString('hex') }));
      return;
    }
    const type = path.endsWith('.js') ? 'text/javascript' : 'font/ttf';
    readFile(join(ROOT, 'dist/webview', path.replace(/^\/+|\.\./g, ''))).then(
      (body) => response.setHeader('content-type', type).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function bundleFakeHost(): Promise<string> {
  const result = await build({
    entryPoints: [join(HERE, 'fakeHost.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    logLevel: 'error',
  });
  return result.outputFiles[0].text;
}
