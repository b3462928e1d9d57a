/** Stands in for `import-in-the-middle` inside our bundle: see requireHook.ts. */
export class Hook {
  unhook(): void {
    // nothing was hooked
  }
}
