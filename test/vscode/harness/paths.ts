import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
/** Downloads that outlive a run: VS Code, its Node, a browser. Git-ignored. */
export const CACHE = join(REPOSITORY, '.vscode-test');
/** What a run leaves to look at: screenshots, logs. Git-ignored. */
export const ARTIFACTS = join(REPOSITORY, '.artifacts');
export const SHOP = join(REPOSITORY, 'test', 'workspaces', 'shop');
export const VSIX = join(REPOSITORY, 'dist', 'spanline.vsix');
