import { attributeText } from '../model/attributeText';
import type { AnyValue } from '../model/attributes';
import type { AttributeMatch, Comparison } from '../model/spanFilter';

/** Whether a value is what was asked for. Values that are no numbers are neither smaller nor larger than one. */
export function valueMatcher(match: AttributeMatch): (value: AnyValue) => boolean {
  switch (match.how) {
    case 'exists':
      return () => true;
    case 'contains': {
      const part = match.text.toLowerCase();
      return (value) => attributeText(value).toLowerCase().includes(part);
    }
    case '=':
      return (value) => attributeText(value) === match.text;
    case '!=':
      return (value) => attributeText(value) !== match.text;
    default: {
      const { how } = match;
      const limit = Number(match.text);
      return (value) => compares(numberOf(value), how, limit);
    }
  }
}

/** False for NaN, whatever is asked. */
export function compares(value: number, comparison: Comparison, limit: number): boolean {
  switch (comparison) {
    case '=':
      return value === limit;
    case '!=':
      return value !== limit && !Number.isNaN(value);
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
  }
}

function numberOf(value: AnyValue): number {
  if (value.kind === 'int' || value.kind === 'double') return Number(value.value);
  return value.kind === 'string' && value.value.trim() !== '' ? Number(value.value) : NaN;
}
