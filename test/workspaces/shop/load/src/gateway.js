import { setTimeout as sleep } from 'node:timers/promises';

const GATEWAY = `http://127.0.0.1:${process.env.GATEWAY_PORT ?? 47100}`;
const WAIT_LIMIT_MS = 90_000;

/** Asks the gateway and gives the status; 0 when there was no answer. */
export async function ask(path, body) {
  try {
    const response = await fetch(GATEWAY + path, {
      method: body ? 'POST' : 'GET',
      headers: body && { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

export async function waitForGateway() {
  const deadline = Date.now() + WAIT_LIMIT_MS;
  while ((await ask('/health')) !== 200) {
    if (Date.now() > deadline) throw new Error(`${GATEWAY}/health is not 200: is every service running?`);
    await sleep(200);
  }
}
