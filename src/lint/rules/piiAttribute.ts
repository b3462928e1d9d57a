import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { sensitiveFixes } from '../fixes/sensitive';
import type { Rule } from '../rule';
import { groundOfData } from '../otel/sensitiveGrounds';
import { sensitiveSinks } from '../otel/sensitiveSinks';

export const piiAttribute: Rule = {
  id: 'pii-attribute',
  title: 'Personal data in telemetry',
  check(context) {
    for (const { sink, found, subject, sure } of sensitiveSinks(context, 'pii')) {
      if (sink?.target === 'baggage') continue;
      context.report({
        ...rangeOf(found.at),
        message: `${subject} holds ${found.class.what} (${found.evidence}): it leaves the program with every export and is kept as long as traces are. Remove it, or send a hash or an internal id instead.`,
        confidence: sureness('pii-attribute', groundOfData(found), !sure && 'byName'),
        fixes: () => (sink ? sensitiveFixes(context, sink, found) : []),
      });
    }
  },
};
