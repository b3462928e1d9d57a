import type { AttributeNotice } from './redaction';

/** OTLP's `AnyValue` as the views read it. 64-bit integers are decimal text, bytes are base64. */
export type AnyValue =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: string }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bytes'; readonly value: string }
  | { readonly kind: 'array'; readonly values: readonly AnyValue[] }
  | { readonly kind: 'kvlist'; readonly values: readonly Attribute[] }
  | { readonly kind: 'empty' };

/** OTLP's `KeyValue`. */
export interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
  /** A secret that was masked, or personal data. */
  readonly notice?: AttributeNotice;
}
