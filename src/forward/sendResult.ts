import type { Signal } from '../otlp/signals';

/** What became of one request to the upstream. Faults are in words for the user, with the remedy. */
export type SendResult =
  | {
      readonly kind: 'sent';
      /** Records that the upstream left out. */
      readonly rejected: number;
      /** Why, or with nothing rejected a warning. */
      readonly message?: string;
    }
  /** The same request may get through later, not before `afterMs` where the upstream said so. */
  | { readonly kind: 'retry'; readonly fault: string; readonly afterMs?: number }
  /** Smaller requests may get through. */
  | { readonly kind: 'tooLarge'; readonly fault: string }
  /** The upstream will never take it. */
  | { readonly kind: 'refused'; readonly fault: string }
  /** It is a Spanline: what is sent there comes back. */
  | { readonly kind: 'loop'; readonly fault: string };

/** Sends protobuf Export requests to one upstream. Never rejects. */
export interface Transport {
  send(signal: Signal, request: Uint8Array): Promise<SendResult>;
  close(): void;
}
