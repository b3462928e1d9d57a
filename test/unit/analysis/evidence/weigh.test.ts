import { describe, expect, it } from 'vitest';
import { placeEvidence } from '../../../../src/analysis/evidence/placedEvidence';
import { RunTexts } from '../../../../src/analysis/evidence/runTexts';
import { linesOfText } from '../../../../src/analysis/evidence/textLines';
import { weigh } from '../../../../src/analysis/evidence/weigh';
import { lintText } from '../../lint/harness';
import { lineEvidence, type LineMembers, redaction } from './lines';

const HEAD = `import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
const tracer = trace.getTracer('shop');
`;

/** What is said of the text now, of spans that came when it was `ran`. Each as `line rule shift: what the run time adds`. */
function said(ran: string, line: LineMembers, now = ran): string[] {
  const texts = new RunTexts();
  const evidence = { lines: [lineEvidence(line)] };
  texts.note(evidence, { writtenAt: 0, lines: linesOfText(HEAD + ran) });
  const text = HEAD + now;
  const { findings, sites } = lintText(text, { sites: true });
  return weigh({ text, findings, sites }, { lines: placeEvidence(text, evidence.lines, texts) }).map(
    ({ start, rule, shift, message }) => {
      const at = text.slice(0, start).split('\n').length;
      const added = /(?:At run time|Not seen at run time): .*/.exec(message)?.[0];
      return [`${at} ${rule}`, ...(shift === undefined ? [] : [shift]), ...(added ? [added] : [])].join(' ');
    },
  );
}

const ROOTS = `export function order() {
  return tracer.startActiveSpan('order', (span) => {
    const mail = tracer
      .startSpan('mail', {}, ROOT_CONTEXT);
    mail.end();
    span.end();
  });
}
`;
const PROVEN = '1 At run time: 14 of 14 executions became root spans.';

describe('A finding', () => {
  it('is graver when its fault was seen, and less grave when the line ran without it', () => {
    expect(said(ROOTS, { line: 6, roots: 14 })).toEqual([`6 context-dropped ${PROVEN}`]);
    expect(said(ROOTS, { line: 6 })).toEqual([
      '6 context-dropped -1 Not seen at run time: each of 14 executions has its parent or a link.',
    ]);
  });

  it('that is a warning is no error after an execution or two, while one that is less is lifted', () => {
    expect(said(ROOTS, { line: 6, roots: 2, count: 2 })).toEqual([
      '6 context-dropped 0 At run time: 2 of 2 executions became root spans.',
    ]);
    expect(said(ROOTS, { line: 6, roots: 3, count: 3 })).toEqual([
      '6 context-dropped 1 At run time: 3 of 3 executions became root spans.',
    ]);
    const byName = ROOTS.replace('order()', 'order(tracer)');
    expect(said(byName, { line: 6, roots: 1, count: 1 })).toEqual([
      '6 context-dropped 1 At run time: 1 of 1 execution became root spans.',
    ]);
  });

  it('is as it was where the line did not run, or may be another', () => {
    expect(said(ROOTS, { line: 4, roots: 14 })).toEqual(['6 context-dropped']);
    expect(said(ROOTS, { line: 6, roots: 14, confidence: 'possible' })).toEqual(['6 context-dropped']);
  });

  it('keeps its evidence while it moves', () => {
    expect(said(ROOTS, { line: 6, roots: 14 }, `const more = 1;\n\n${ROOTS}`)).toEqual([`8 context-dropped ${PROVEN}`]);
    expect(said(ROOTS, { line: 6, roots: 14 }, ROOTS.replace('mail.end()', 'log();\n    mail.end()'))).toEqual([
      `6 context-dropped ${PROVEN}`,
    ]);
  });

  it('loses its evidence when its code is another', () => {
    const edited = ROOTS.replace("'mail', {}", "'mails', {}");
    expect(said(ROOTS, { line: 6, roots: 14 }, edited)).toEqual(['6 context-dropped']);
    expect(said(ROOTS, { line: 6, roots: 14 }, ROOTS.replace('tracer\n', 'tracer // edited\n'))).toEqual([
      '6 context-dropped',
    ]);
  });

  it('takes the evidence of the span that it writes to', () => {
    const write = `export function login(password: string) {
  const span = tracer.startSpan('login');
  span.setAttribute('user.password', password);
  span.end();
}
`;
    const redactions = [redaction({ key: 'user.password' })];
    expect(said(write, { line: 4, redactions })).toEqual([
      '5 secret-attribute 1 At run time: masked here 212 times (password in "user.password").',
    ]);
  });

  it('takes the evidence of the span that is open where it is', () => {
    const silent = `export const load = () => tracer.startActiveSpan('load', async (span) => {
  try {
    await read();
  } catch (error) {
    throw error;
  } finally {
    span.end();
  }
});
declare function read(): Promise<void>;
`;
    expect(said(silent, { line: 3, sample: { failedBelow: 2 } })).toEqual([
      '6 error-not-recorded 1 At run time: in 2 of 14 executions a span below failed and this one says that all went well.',
    ]);
  });
});

describe('What the run time alone tells of', () => {
  const GOOD = `export function order() {
  const span = tracer.startSpan('order');
  work(span);
  span.end();
}
`;
  const redactions = [redaction({})];

  it('is reported at the call that makes the spans', () => {
    expect(said(GOOD, { line: 4, redactions })).toEqual(['4 secret-sent']);
  });

  it('goes when the function around the call was edited, not when others were', () => {
    expect(said(GOOD, { line: 4, redactions }, GOOD.replace('work(span)', 'work()'))).toEqual([]);
    expect(said(GOOD, { line: 4, redactions }, `function other() {}\n${GOOD}`)).toEqual(['5 secret-sent']);
  });

  it('is reported at the code of a line that makes its spans by a library', () => {
    const library = `export async function load() {\n  return pool.query('SELECT 1');\n}\n`;
    expect(said(library, { line: 4, redactions })).toEqual(['4 secret-sent']);
  });

  it('is kept still by a comment, which has a use then', () => {
    const named = (rule: string) =>
      GOOD.replace('  const', `  // spanline-disable-next-line ${rule} -- known\n  const`);
    expect(said(named('secret-sent'), { line: 5, redactions })).toEqual([]);
    expect(said(named(''), { line: 5, redactions })).toEqual([]);
    expect(said(named(''), { line: 5 })).toEqual(['4 unused-suppression']);
    // Whether it has a use is known when the line has run, if ever.
    expect(said(named('secret-sent'), { line: 5 })).toEqual([]);
  });
});
