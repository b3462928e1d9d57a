import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { CACHE } from './paths';
import { isInstalled, npm, run } from './shell';

const NAMES = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge'];
const FIXED_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // The clock of the first-lens benchmark lives in the page: it must not be slowed while nobody looks.
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
];

export async function launchBrowser(log?: (line: string) => void): Promise<Browser> {
  const executablePath = await findOrInstallBrowser(log);
  return chromium.launch({ executablePath, args: FLAGS });
}

/** `CHROME_PATH`, an installed browser of the Chromium family, Debian's package when we are root, Playwright's own. */
export async function findOrInstallBrowser(log: (line: string) => void = () => {}): Promise<string> {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(
      `CHROME_PATH is ${named}, which does not exist. Correct it, or unset it to have a browser installed.`,
    );
  }
  return (await findInstalled()) ?? (await installDebianPackage(log)) ?? (await installByPlaywright(log));
}

async function findInstalled(): Promise<string | undefined> {
  const place = FIXED_PLACES.find((path) => existsSync(path));
  if (place) return place;
  const folders = (process.env.PATH ?? '').split(process.platform === 'win32' ? ';' : ':');
  for (const name of NAMES) {
    const path = folders.map((folder) => join(folder, name)).find((candidate) => existsSync(candidate));
    if (path && (await isInstalled(path))) return path;
  }
  return undefined;
}

async function installDebianPackage(log: (line: string) => void): Promise<string | undefined> {
  const root = process.getuid?.() === 0;
  if (!root || !(await isInstalled('apt-get'))) return undefined;
  log('Installing Chromium by apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', ['update', '-qq'], { env });
    // A bare system has no font at all; without one every screenshot is blank.
    const packages = ['chromium', 'fonts-dejavu-core'];
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  } catch (error) {
    log(`apt-get could not install Chromium: ${String(error).split('\n')[0]}`);
  }
  return findInstalled();
}

async function installByPlaywright(log: (line: string) => void): Promise<string> {
  const browsers = join(CACHE, 'browsers');
  // Read by playwright-core when it names its executable, too.
  process.env.PLAYWRIGHT_BROWSERS_PATH = browsers;
  if (!existsSync(chromium.executablePath())) {
    log(`Installing Chromium by Playwright into ${browsers}`);
    await npm(['exec', '--', 'playwright-core', 'install', '--no-shell', 'chromium']);
  }
  const path = chromium.executablePath();
  if (await isInstalled(path)) return path;
  throw new Error(
    `${path} cannot run here, most likely because system libraries are missing. ` +
      'Install them with "sudo npx playwright-core install-deps chromium", or set CHROME_PATH to a browser that runs.',
  );
}
