import { Registry } from '../../../base/registry';
import { DOTNET } from './dotnet';
import { GO } from './go';
import { JAVA } from './java';
import type { Language } from './language';
import { NATIVE } from './native';
import { PHP } from './php';
import { PYTHON } from './python';
import { RUBY } from './ruby';

export const LANGUAGES = new Registry<Language>('language', [PYTHON, GO, JAVA, DOTNET, RUBY, PHP, NATIVE]);

/** By debug type. */
export function languageOf(type: string): Language | undefined {
  return [...LANGUAGES].find(({ types }) => types.includes(type));
}
