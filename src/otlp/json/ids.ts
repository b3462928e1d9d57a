/** Value of a hex digit by char code; 255 for everything else. */
const HEX = new Uint8Array(128).fill(255);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Base64 of 16 and of 8 bytes, which some senders write although OTLP asks for hex. */
const BASE64_ID = { traceId: /^[A-Za-z0-9+/_-]{22}==$/, spanId: /^[A-Za-z0-9+/_-]{11}=$/ };

/** The bytes of a hex string of either case, whatever its length; undefined when it is not hex. */
export function hexBytes(text: string): Uint8Array | undefined {
  const { length } = text;
  if (length % 2 === 1) return undefined;
  const bytes = new Uint8Array(length / 2);
  for (let i = 0; i < length; i += 2) {
    const upper = HEX[text.charCodeAt(i)] ?? 255;
    const lower = HEX[text.charCodeAt(i + 1)] ?? 255;
    if ((upper | lower) > 15) return undefined;
    bytes[i / 2] = (upper << 4) | lower;
  }
  return bytes;
}

/** The bytes of an id in base64, recognised by its length and padding. */
export function base64Id(text: string, type: 'traceId' | 'spanId'): Uint8Array | undefined {
  return BASE64_ID[type].test(text) ? Buffer.from(text, 'base64') : undefined;
}
