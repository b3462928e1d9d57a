import type { Language } from './language';
import { otlpEndpoint } from './otlpEndpoint';

export const PHP: Language = {
  id: 'php',
  types: ['php'],
  /** Most configurations wait for a web server to call. */
  whyNot: ({ program, runtimeArgs }) =>
    program === undefined && runtimeArgs === undefined ? 'it waits for a program that is started elsewhere' : undefined,
  prepare: async (launch) => otlpEndpoint(launch),
};
