import type { RunId } from '../../../../src/model/ids';
import type { LineEvidence, SpanSample } from '../../../../src/model/lineEvidence';
import type { RedactionCount } from '../../../../src/model/redaction';

export type LineMembers = Partial<Omit<LineEvidence, 'sample'>> & { readonly sample?: Partial<SpanSample> };

/** Evidence of a line whose spans did nothing remarkable. */
export function lineEvidence({ sample, ...members }: LineMembers = {}): LineEvidence {
  const count = members.count ?? 14;
  const names = members.names ?? { count: 1 };
  return {
    line: 1,
    run: 'run-1' as RunId,
    confidence: 'certain',
    count,
    p50: 5e6,
    roots: 0,
    neverEnded: 0,
    names,
    everyRun: { count, names },
    redactions: [],
    ...members,
    sample: {
      spans: Math.min(count, 32),
      latestStart: 1e15,
      thread: '1/0',
      withChildren: 0,
      outlived: 0,
      outlivedBy: 0,
      failedBelow: 0,
      silentExceptions: 0,
      parentMissing: 0,
      mostInTrace: 1,
      keys: {},
      ...sample,
    },
  };
}

export function redaction(members: Partial<RedactionCount>): RedactionCount {
  return { kind: 'secret', pattern: 'password', key: 'db.password', masked: true, count: 212, service: 'shop', spanName: 'x', ...members }; // prettier-ignore
}
