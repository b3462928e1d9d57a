import { ProtoWriter } from './protoWriter';

/** google.rpc.Code, as far as the receiver answers with them. */
export const RPC_CODE = {
  ok: 0,
  invalidArgument: 3,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;
export type RpcCode = (typeof RPC_CODE)[keyof typeof RPC_CODE];

/** Why a request was not taken, in both protocols' terms. */
export interface Refusal {
  readonly refused: true;
  /** HTTP status. */
  readonly status: number;
  readonly code: RpcCode;
  /** Names the fault, the value and the remedy: for many exporters it is the only thing that a user gets to see. */
  readonly message: string;
  /** The sender may try again after so many seconds. */
  readonly retryAfterSeconds?: number;
}

export const refusal = {
  malformed: (message: string) => refuse(400, RPC_CODE.invalidArgument, message),
  wrongHost: (message: string) => refuse(403, RPC_CODE.permissionDenied, message),
  unknownPath: (message: string) => refuse(404, RPC_CODE.notFound, message),
  wrongMethod: (message: string) => refuse(405, RPC_CODE.unimplemented, message),
  wrongRun: (message: string) => refuse(409, RPC_CODE.permissionDenied, message),
  tooLarge: (message: string) => refuse(413, RPC_CODE.resourceExhausted, message),
  wrongMediaType: (message: string) => refuse(415, RPC_CODE.invalidArgument, message),
  /** What another Spanline sent on. No status that senders try again by. */
  loop: (message: string) => refuse(508, RPC_CODE.failedPrecondition, message),
  internal: (message: string) => refuse(500, RPC_CODE.internal, message),
  overload: (message: string): Refusal => ({
    ...refuse(503, RPC_CODE.unavailable, message),
    retryAfterSeconds: 1,
  }),
};

function refuse(status: number, code: RpcCode, message: string): Refusal {
  return { refused: true, status, code, message };
}

export function isRefusal(value: object): value is Refusal {
  return 'refused' in value;
}

const RETRY_INFO = 'google.rpc.RetryInfo';

/** A `google.rpc.Status` in protobuf, with a `RetryInfo` where a retry is welcome. */
export function statusBytes({ code, message, retryAfterSeconds }: Omit<Refusal, 'refused' | 'status'>): Uint8Array {
  const writer = new ProtoWriter(256);
  writer.uint32(1, code);
  writer.string(2, message);
  if (retryAfterSeconds !== undefined) {
    const any = writer.beginMessage(3);
    writer.string(1, `type.googleapis.com/${RETRY_INFO}`);
    writer.bytes(2, retryInfoBytes(retryAfterSeconds));
    writer.endMessage(any);
  }
  return writer.finish();
}

export function retryInfoBytes(seconds: number): Uint8Array {
  const writer = new ProtoWriter(16);
  const delay = writer.beginMessage(1);
  writer.uint32(1, seconds);
  writer.endMessage(delay);
  return writer.finish();
}

/** The same in JSON. */
export function statusJson({ code, message, retryAfterSeconds }: Omit<Refusal, 'refused' | 'status'>): string {
  if (retryAfterSeconds === undefined) return JSON.stringify({ code, message });
  const details = [{ '@type': `type.googleapis.com/${RETRY_INFO}`, retryDelay: `${retryAfterSeconds}s` }];
  return JSON.stringify({ code, message, details });
}
