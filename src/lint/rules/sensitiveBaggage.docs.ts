import type { RuleDocs } from '../docs';

export const sensitiveBaggageDocs: RuleDocs = {
  id: 'sensitive-baggage',
  why: `Baggage is sent as the plain header \`baggage\` with every request that the program makes while it is set, to other people's servers
just as to your own. It ends up in access logs, proxies and error reports on the way.`,
  remedy: `Pass an id that means nothing to others, or nothing. Clear baggage before calls that leave your own systems.`,
  leavesAlone: `Ids, tiers, flags and hashed values.`,
  examples: [
    {
      name: 'A mail address and a token as baggage',
      code: `
import { propagation } from '@opentelemetry/api';

export const forUser = (user: User) =>
  propagation.createBaggage({ 'user.email': { value: «user.email» }, tier: { value: user.tier } });

export const forSession = (session: Session) =>
  propagation.createBaggage().setEntry('session', { value: «session.accessToken» });
`,
      says: 'an e-mail address',
      fixed: {
        'Remove user.email': `
import { propagation } from '@opentelemetry/api';

export const forUser = (user: User) =>
  propagation.createBaggage({ tier: { value: user.tier } });

export const forSession = (session: Session) =>
  propagation.createBaggage().setEntry('session', { value: session.accessToken });
`,
      },
    },
    {
      name: 'What others may see',
      code: `
import { propagation } from '@opentelemetry/api';

export const forUser = (user: User) =>
  propagation.createBaggage({
    'user.id': { value: user.id },
    'user.email_hash': { value: hash(user.email) },
    'synthetic': { value: 'true' },
  });
`,
    },
  ],
};
