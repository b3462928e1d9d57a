import { setTimeout as sleep } from 'node:timers/promises';
import { random, waitingMs } from './random.js';
import { serve } from './server.js';

const PORT = Number(process.env.BANK_PORT ?? 47104);
const BUSY = 0.08;
const DECLINED = 0.04;

/** A bank that takes its time, is busy now and then, and says no to some. */
export function startBank() {
  return serve(PORT, 'BANK_PORT', async (request) => {
    if (request.url.startsWith('/reputation')) {
      await sleep(waitingMs(8));
      return [200, { score: random() * 0.6 }];
    }
    if (random() < BUSY) return [503, { error: 'busy' }];
    await sleep(waitingMs(45));
    if (random() < DECLINED) return [402, { error: 'declined' }];
    return [201, { code: `A-${Math.floor(random() * 1e6)}` }];
  });
}
