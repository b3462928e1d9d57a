/** What `read` makes of a request whose memory is for the next one afterwards, as that of a connection is. */
export function received<T>(request: Uint8Array, read: (request: Uint8Array) => T): T {
  const memory = Buffer.from(request);
  const result = read(memory);
  memory.fill(0xff);
  return result;
}
