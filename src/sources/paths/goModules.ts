import type { FileAccess } from '../fileAccess';
import type { WorkspaceFiles } from './workspaceFiles';

/** A path such as `github.com/me/shop/cart/add.go`, as `go build -trimpath` records it; a version belongs to somebody else's. */
export function isGoModulePath(path: string): boolean {
  return /^[^/]+\.[^/]+\/.*\.go$/.test(path);
}

/** The workspace's file that a Go path with its module means: `undefined` for modules that are not of the workspace. */
export function goModuleFile(path: string, workspace: WorkspaceFiles, files: FileAccess): string | undefined {
  let found: { file: string; module: string } | undefined;
  for (const modFile of workspace.named('go.mod')) {
    const module = /^module\s+"?([^\s"]+)/m.exec(files.read(modFile) ?? '')?.[1];
    if (module === undefined || !path.startsWith(`${module}/`)) continue;
    const file = modFile.slice(0, -'go.mod'.length) + path.slice(module.length + 1);
    // Of nested modules the inner one holds the file.
    if (files.stamp(file) !== undefined && (!found || module.length > found.module.length)) found = { file, module };
  }
  return found?.file;
}
