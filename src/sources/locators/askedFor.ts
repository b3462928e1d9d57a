import { attributeText } from '../../model/attributeText';
import type { Span } from '../../model/span';
import { plainStatement } from '../../protocol/spanSites';
import type { CallSiteIndex } from './callSiteIndex';
import type { Locator } from './locator';

const STATEMENTS = ['db.query.text', 'db.statement'];
const URLS = ['url.full', 'http.url'];

/**
 * The call that asks a database or a server for what the span says it asked: spans of many calls go by one name, so that no
 * operation tells them apart. They are not counted there.
 */
export function askedFor(index: CallSiteIndex): Locator {
  return {
    id: 'asked for',
    locate: ({ span, operation }) => index.locateAsked(operation, askedBy(span)),
  };
}

function askedBy({ attributes }: Span): string[] {
  const textOf = (keys: readonly string[]) => {
    const found = attributes.find(({ key }) => keys.includes(key));
    return found && attributeText(found.value);
  };
  const statement = textOf(STATEMENTS);
  if (statement !== undefined) return [plainStatement(statement)];
  const url = textOf(URLS);
  return url === undefined ? [] : [url, url.replace(/[?#].*$/, '')];
}
