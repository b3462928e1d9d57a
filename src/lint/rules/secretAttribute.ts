import { sureness } from '../grounds';
import { rangeOf } from '../fixes/edits';
import { removeFix } from '../fixes/sensitive';
import { writesAllHeaders } from '../otel/allHeaders';
import type { AttributeWrite } from '../otel/attributeWrites';
import { groundOfSecret } from '../otel/sensitiveGrounds';
import { sensitiveSinks } from '../otel/sensitiveSinks';
import type { LintContext, Rule } from '../rule';

export const secretAttribute: Rule = {
  id: 'secret-attribute',
  title: 'A password, token or key in telemetry',
  check(context) {
    for (const write of context.writes) if (writesAllHeaders(context.file, write)) reportHeaders(context, write);
    for (const { sink, found, subject, sure } of sensitiveSinks(context, 'secret')) {
      if (sink?.target === 'baggage') continue;
      context.report({
        ...rangeOf(found.at),
        message: `${subject} holds ${found.class.what} (${found.evidence}): everybody who may read traces can use it. Remove it; to tell keys apart, send an id or the last characters of a hash.`,
        confidence: sureness('secret-attribute', groundOfSecret(found), !sure && 'byName'),
        fixes: () => (sink ? removeFix(context, sink) : []),
      });
    }
  },
};

function reportHeaders(context: LintContext, { value, sure }: AttributeWrite): void {
  context.report({
    ...rangeOf(value),
    message:
      'Every header is written, Authorization and Cookie among them: everybody who may read traces can use them. Write those that you need, each by its name.',
    confidence: sureness('secret-attribute', 'headers', !sure && 'byName'),
  });
}
