import type { Language } from './language';
import { otlpEndpoint } from './otlpEndpoint';

/** Nothing can be put into a Go program; its exporter reads where to send to. */
export const GO: Language = {
  id: 'go',
  types: ['go'],
  whyNot: ({ mode }) =>
    mode === 'remote' || mode === 'core' || mode === 'replay' ? `"mode": "${mode}" starts no program` : undefined,
  prepare: async (launch) => otlpEndpoint(launch),
};
