import { attributeText } from '../model/attributeText';
import type { Attribute } from '../model/attributes';
import type { AttributeNotice, RedactionCount } from '../model/redaction';
import type { Span } from '../model/span';
import type { RedactionSettings } from '../protocol/engine';
import { encodeKeyValue } from './encodeKeyValue';
import { keyJudge } from './keyVerdicts';
import type { Redactor } from './redactor';

const MARK = /\*\*\*/;

/**
 * What to tell of attributes as they are kept. What was masked is told apart by its mark, and what it was by the counts; where those
 * were lost with the process that kept them, by its key.
 */
export class Notices {
  constructor(
    private readonly settings: RedactionSettings,
    private readonly redactor: Redactor,
    private readonly counts: readonly RedactionCount[],
  ) {}

  on(span: Span): Span {
    const noticed = (attributes: readonly Attribute[]) => attributes.map((attribute) => this.noticed(attribute, span));
    return {
      ...span,
      resource: noticed(span.resource),
      attributes: noticed(span.attributes),
      events: span.events.map((event) => ({ ...event, attributes: noticed(event.attributes) })),
      links: span.links.map((link) => ({ ...link, attributes: noticed(link.attributes) })),
    };
  }

  private noticed(attribute: Attribute, span: Span): Attribute {
    const notice = this.personal(attribute) ?? this.masked(attribute, span);
    return notice ? { ...attribute, notice } : attribute;
  }

  private personal(attribute: Attribute): AttributeNotice | undefined {
    const bytes = encodeKeyValue(attribute);
    const source = { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
    this.redactor.redactKeyValue(source, 0, bytes.length);
    const match = this.redactor.lastMatch;
    return match && { kind: match.kind, pattern: match.pattern, masked: false };
  }

  private masked(attribute: Attribute, span: Span): AttributeNotice | undefined {
    if (!MARK.test(attributeText(attribute.value))) return undefined;
    const ofKey = this.counts.filter(({ key, masked }) => masked && isBelow(key, attribute.key));
    const count =
      ofKey.find(({ service, spanName }) => service === span.service && spanName === span.name) ?? ofKey.at(0);
    const found = count ?? keyJudge(this.settings)(attribute.key, false);
    return found ? { kind: found.kind, pattern: found.pattern, masked: true } : { kind: 'secret', masked: true };
  }
}

/** `user.password` was found in the attribute `user`. */
function isBelow(path: string, key: string): boolean {
  return path === key || path.startsWith(`${key}.`);
}
