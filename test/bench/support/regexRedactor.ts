import { decodeKeyValue } from '../../../src/otlp/wire/attributes';
import { WireReader } from '../../../src/otlp/wire/wireReader';
import type { KeyValues } from './keyValues';

const SECRET_KEY =
  /passw(or)?d|secret|token|api[._-]?key|authorization|cookie|credential|private[._-]?key|session[._-]?id/i;
const SHAPES = [
  /\beyJ[\w-]+\.[\w-]+\.[\w-]*/,
  /\b(bearer|basic)\s+[\w.~+/=-]{8,}/i,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_\w{20,}/,
  /\bglpat-[\w-]{20}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\bAIza[\w-]{35}/,
  /\bxox[abeoprs]-[\w-]{10,}/,
  /\b[sr]k_(live|test)_\w{10,}/,
  /\bsk-[\w-]{20,}/,
  /\bnpm_\w{36}/,
  /\bSG\.[\w-]{22}\.[\w-]{43}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /:\/\/[^\s:/@]*:[^\s@]+@/,
  /[?&](token|sig|signature|access_token|api_key|password)=[^&\s]+/i,
  /\b(password|pwd|secret)\s*[=:]\s*\S+/i,
  /"(password|token|secret|api_?key)"\s*:\s*"[^"]+"/i,
  /[\w.%+-]+@[\w-]+(\.[\w-]+)+/,
  /\b(?:\d[ -]?){13,19}\b/,
  /\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b/,
];

/** The usual design: a text of each value, and every expression tried on it. */
export function regexRedactor(): (values: KeyValues, index: number) => boolean {
  const reader = new WireReader();
  return ({ source, starts, lengths }, i) => {
    reader.share(source);
    reader.seek(starts[i]);
    const { key, value } = decodeKeyValue(reader, starts[i] + lengths[i]);
    if (value.kind !== 'string') return false;
    return SECRET_KEY.test(key) || SHAPES.some((shape) => shape.test(value.value));
  };
}
