/** HTTP/2 as bytes, for senders that do what no client library does. */
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export const FRAME = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream >>> 0, 5);
  return Buffer.concat([head, payload]);
}

/** Every header literally and without indexing (RFC 7541, 6.2.2); names and values of less than 127 bytes. */
export function headerBlock(headers: Readonly<Record<string, string>>): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
  return Buffer.concat(Object.entries(headers).flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

export const GRPC_HEADERS = {
  ':method': 'POST',
  ':scheme': 'http',
  ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  ':authority': 'localhost',
  'content-type': 'application/grpc',
  te: 'trailers',
};

/** A call from its connection's first byte on, frame by frame. */
export function grpcFrames(message: Uint8Array, stream = 1): Buffer[] {
  return [
    PREFACE,
    frame(FRAME.settings, 0, 0),
    frame(FRAME.headers, FLAG.endHeaders, stream, headerBlock(GRPC_HEADERS)),
    frame(FRAME.data, FLAG.endStream, stream, message),
  ];
}
