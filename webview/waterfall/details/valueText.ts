import type { AnyValue } from '../../../src/model/attributes';
import { attributeText } from '../../../src/model/attributeText';

const LEAST_JSON_CHARACTERS = 60;
const MOST_JSON_CHARACTERS = 200_000;

/** An attribute's value for reading: JSON that came as one long string is spread over lines. */
export function readableText(value: AnyValue): string {
  const text = attributeText(value);
  if (value.kind !== 'string' || text.length < LEAST_JSON_CHARACTERS || text.length > MOST_JSON_CHARACTERS) return text;
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
