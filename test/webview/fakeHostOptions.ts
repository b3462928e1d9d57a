import type { WaterfallStatus, WaterfallTarget } from '../../src/protocol/waterfall';
import type { ScenarioName } from './scenarios';
import type { SpanSpec } from './synthetic';

/** What the page is given before it starts. */
export interface FakeHostOptions {
  /** Traces to begin with, newest first. */
  readonly scenario: ScenarioName | readonly (readonly SpanSpec[])[];
  readonly target?: WaterfallTarget;
  readonly state?: unknown;
  readonly status?: WaterfallStatus;
  /** Every span has log records. */
  readonly logs?: boolean;
  /** Calls to `trace` never answer. */
  readonly silent?: boolean;
  /** The body's class and custom properties of the root element. */
  readonly themeKind: string;
  readonly properties: Readonly<Record<string, string>>;
}
