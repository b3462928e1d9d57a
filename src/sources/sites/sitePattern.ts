/** Of a name in pieces ({@link SpanSite.name}): characters that are written down. */
export function literalLength(pieces: readonly string[]): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0);
}

/** Whether a name can be made of the pieces, with any text between them. */
export function matchesName(pieces: readonly string[], name: string): boolean {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (pieces.length === 1) return name === first;
  if (name.length < literalLength(pieces) || !name.startsWith(first) || !name.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}

/** For people: `user *`. */
export function patternText(pieces: readonly string[]): string {
  return pieces.join('*');
}
