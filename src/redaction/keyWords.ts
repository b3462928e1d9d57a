/** Further characters of a key say nothing about its value. */
const MOST_CHARACTERS = 128;

/** The words of a key in lower case, without digits at their ends: `x-api-key`, `db.userPassword2`, `APIKey`. */
export function wordsOfKey(key: string): string[] {
  return key
    .slice(-MOST_CHARACTERS)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map((word) => word.replace(/(?<=\p{L})\d+$/u, ''))
    .filter((word) => word !== '');
}

export function endsWithWords(words: readonly string[], ending: readonly string[]): boolean {
  const from = words.length - ending.length;
  return from >= 0 && ending.every((word, i) => words[from + i] === word);
}

/** `pattern` fits all of `text`; `*` in it stands for any characters. Both in the same case. */
export function fitsWildcards(pattern: string, text: string): boolean {
  let [p, t] = [0, 0];
  // Where to go on when what follows the last star does not fit: one character further.
  let [star, retry] = [-1, 0];
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = t;
    } else if (p < pattern.length && pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
