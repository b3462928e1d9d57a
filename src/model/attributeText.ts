import { assertNever } from '../base/assertNever';
import type { AnyValue } from './attributes';

/** An attribute's value as people read and copy it: strings bare, lists and maps as JSON-like text. */
export function attributeText(value: AnyValue): string {
  return value.kind === 'string' ? value.value : nested(value);
}

/** Depth is bounded by the decoder that made the value. */
function nested(value: AnyValue): string {
  switch (value.kind) {
    case 'string':
      return JSON.stringify(value.value);
    case 'bool':
    case 'int':
      return String(value.value);
    case 'double':
      return Object.is(value.value, -0) ? '-0' : String(value.value);
    case 'bytes':
      return value.value;
    case 'array':
      return `[${value.values.map(nested).join(', ')}]`;
    case 'kvlist':
      return `{${value.values.map((entry) => `${entry.key}: ${nested(entry.value)}`).join(', ')}}`;
    case 'empty':
      return '(empty)';
    default:
      return assertNever(value, 'attribute value');
  }
}
