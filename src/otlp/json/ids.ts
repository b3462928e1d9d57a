/** Base64 of 16 and of 8 bytes, which some senders write although OTLP asks for hex. */
const BASE64_ID = { traceId: /^[A-Za-z0-9+/_-]{22}==$/, spanId: /^[A-Za-z0-9+/_-]{11}=$/ };

/** The bytes of an id in base64, recognised by its length and padding. */
export function base64Id(text: string, type: 'traceId' | 'spanId'): Uint8Array | undefined {
  return BASE64_ID[type].test(text) ? Buffer.from(text, 'base64') : undefined;
}
