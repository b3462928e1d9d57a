import type { RedactionSettings } from '../protocol/engine';
import { fitsWildcards, wordsOfKey } from './keyWords';
import { personalByKey } from './personalKeys';
import { secret } from './rules';
import { type KeyVerdict, secretByKey, secretByParameter } from './secretKeys';

export type JudgeKey = (key: string, isParameter: boolean) => KeyVerdict | undefined;

/** Of keys that go on for ever the end counts; the user's patterns see this much of it. */
const MOST_CHARACTERS = 256;

/** Judges keys of attributes, or names of parameters in URLs (`isParameter`), by the user's patterns and by their words. */
export function keyJudge({ secrets, personalData, keys }: RedactionSettings): JudgeKey {
  const patterns = keys.map((key) => key.trim().toLowerCase()).filter((key) => key !== '');
  const named: KeyVerdict = { ...secret('key named in the settings'), numeric: true, accepts: () => true };
  return (key, isParameter) => {
    const words = wordsOfKey(key);
    if (secrets !== 'off') {
      const own = key.slice(-MOST_CHARACTERS).toLowerCase();
      if (patterns.some((pattern) => fitsWildcards(pattern, own))) return named;
      const verdict = secretByKey(key, words) ?? (isParameter ? secretByParameter(key, words) : undefined);
      if (verdict) return verdict;
    }
    return personalData === 'off' ? undefined : personalByKey(words);
  };
}
