interface Metafile {
  readonly outputs: Record<string, { readonly inputs: Record<string, { readonly bytesInOutput: number }> }>;
}
export function bundledPackages(metafiles: readonly Metafile[]): string[];
export function noticesOf(folders: readonly string[], root: string): Promise<string>;
