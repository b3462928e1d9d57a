import type { Log } from '../../base/log';
import type { Outcome } from './options';

const VERSIONS = ['v1development', 'v1experimental'];
const TAKEN: Outcome = { rejected: 0 };

export const PROFILES_HTTP_PATHS: readonly string[] = VERSIONS.map((version) => `/${version}/profiles`);
export const PROFILES_GRPC_PATHS: readonly string[] = VERSIONS.map(
  (version) => `/opentelemetry.proto.collector.profiles.${version}.ProfilesService/Export`,
);

/**
 * OTLP's fourth signal, of which nothing is kept. It is taken all the same: whoever is refused says so with every batch, and a program
 * that is traced need not be told that its profiles have nowhere to go. The log is, once.
 */
export class Profiles {
  private isTold = false;

  constructor(private readonly log: Log) {}

  take(): Outcome {
    if (!this.isTold) this.log.info('A program sends profiles (OTLP), of which nothing is kept here');
    this.isTold = true;
    return TAKEN;
  }
}
