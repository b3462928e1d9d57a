/**
 * Lower-case words of a key or a name: `user.e_mail` → user, e, mail; `userEmail` → user, email; `HTTPServer2` → http, server2.
 * Digits stay with the word before them.
 */
export function splitWords(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** Index of the first place where `sequence` stands in `words` as neighbours, or -1. */
export function indexOfSequence(words: readonly string[], sequence: readonly string[]): number {
  for (let at = 0; at + sequence.length <= words.length; at++)
    if (sequence.every((word, offset) => words[at + offset] === word)) return at;
  return -1;
}
