import type { Language } from './language';
import { otlpEndpoint } from './otlpEndpoint';

export const RUBY: Language = {
  id: 'ruby',
  types: ['rdbg', 'ruby_lsp', 'Ruby'],
  prepare: async (launch) => otlpEndpoint(launch),
};
