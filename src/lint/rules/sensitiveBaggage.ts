import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { removeFix } from '../fixes/sensitive';
import { groundOfData } from '../otel/sensitiveGrounds';
import { sensitiveSinks } from '../otel/sensitiveSinks';
import type { Rule } from '../rule';

const GROUPS = ['secret', 'pii'] as const;

export const sensitiveBaggage: Rule = {
  id: 'sensitive-baggage',
  title: 'Personal data or secrets in baggage',
  check(context) {
    for (const group of GROUPS)
      for (const { sink, found, subject, sure } of sensitiveSinks(context, group)) {
        if (sink?.target !== 'baggage') continue;
        context.report({
          ...rangeOf(found.at),
          message: `${subject} holds ${found.class.what} (${found.evidence}): baggage goes out as a plain header with every request that the program makes, to third parties, too. Remove it; pass an id that means nothing elsewhere.`,
          confidence: sureness('sensitive-baggage', groundOfData(found), !sure && 'byName'),
          fixes: () => removeFix(context, sink),
        });
      }
  },
};
