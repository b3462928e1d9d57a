import { createServer } from 'node:net';

/** 4318 becomes 14318, 24318, …: easy to recognise, and below the ports that systems give to clients. */
const STEP = 10_000;
const HIGHEST = 32_768;

/** A port that is free on 127.0.0.1 and ::1 at this moment. */
export async function freePort(wanted: number): Promise<number> {
  for (let port = wanted; port < HIGHEST; port += STEP) if (port > 1023 && (await isFree(port))) return port;
  return anyPort();
}

async function isFree(port: number): Promise<boolean> {
  return (await canListen('127.0.0.1', port)) && (await canListen('::1', port));
}

function canListen(host: string, port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    // A machine without IPv6 has no such address.
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT'),
    );
    server.listen({ host, port, ipv6Only: true }, () => server.close(() => resolve(true)));
  });
}

function anyPort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
