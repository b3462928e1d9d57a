import { Registry } from '../../base/registry';
import { csharp } from './csharp';
import { go } from './go';
import { java } from './java';
import { python } from './python';
import type { LanguageReader } from './reader';

export const languageReaders = new Registry<LanguageReader>('language reader', [python, go, java, csharp]);
