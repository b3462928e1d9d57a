import type { RedactionSettings } from '../protocol/engine';
import { KeyValueRedactor } from './keyValueRedactor';
import { keyJudge } from './keyVerdicts';
import { allMatchers } from './matchers';
import type { Redactor } from './redactor';
import { Scanner } from './scan';
import { VerdictCache } from './verdictCache';

/** Undefined where the settings want everything as it was sent. */
export function createRedactor(settings: RedactionSettings): Redactor | undefined {
  if (settings.secrets === 'off' && settings.personalData === 'off') return undefined;
  const judge = keyJudge(settings);
  const keys = new VerdictCache(judge, false);
  const parameters = new VerdictCache(judge, true);
  return new KeyValueRedactor(settings, keys, new Scanner(allMatchers({ keys, parameters })));
}
