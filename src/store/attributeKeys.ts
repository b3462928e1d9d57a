import { readText } from '../otlp/wire/attributes';
import { KEY_VALUE_KEY } from '../otlp/wire/fields';
import { WireReader } from '../otlp/wire/wireReader';
import type { StoreParts } from './parts';

/** Segments looked into: what programs said lately is what people ask about. */
const SEGMENTS = 2;

/** Keys of attributes that the newest spans have, those with most values first. */
export function attributeKeys({ segments }: StoreParts, limit: number): string[] {
  const values = new Map<string, number>();
  const reader = new WireReader();
  for (const { keyValues } of segments.inOrder.slice(-SEGMENTS)) {
    const { bytes, starts, count } = keyValues;
    reader.open(bytes);
    for (let entry = 0; entry < count; entry++) {
      reader.seek(starts[entry]);
      if (reader.tag(starts[entry + 1]) !== KEY_VALUE_KEY) continue;
      const key = readText(reader, starts[entry + 1]);
      values.set(key, (values.get(key) ?? 0) + 1);
    }
  }
  const keys = [...values].sort((a, b) => b[1] - a[1]).map(([key]) => key);
  return keys.slice(0, limit);
}
