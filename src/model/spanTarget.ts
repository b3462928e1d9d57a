import { attributeText } from './attributeText';
import type { Span } from './span';

const LONGEST = 120;

/**
 * What a span of another process's doing was about, where its name does not say it: `localhost:8080/items` of a `GET`, the statement of a
 * query, the queue of a message. One line. Undefined where nothing tells, and of spans within the process.
 */
export function spanTarget({ kind, name, attributes }: Pick<Span, 'kind' | 'name' | 'attributes'>): string | undefined {
  if (kind === 'internal' || kind === 'unspecified') return undefined;
  const values = new Map(attributes.map(({ key, value }) => [key, value]));
  const text = (...keys: readonly string[]) => {
    const value = keys.map((key) => values.get(key)).find((each) => each !== undefined && each.kind !== 'empty');
    return value && attributeText(value);
  };
  const found =
    text('db.query.text', 'db.statement') ??
    text('messaging.destination.name', 'messaging.destination') ??
    (kind === 'server' ? (text('http.route') ?? pathOf(text('url.path', 'http.target'))) : calledUrl(text));
  if (found === undefined) return undefined;
  const line = found.replace(/\s+/g, ' ').trim();
  if (line === '' || name.includes(line)) return undefined;
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

type Text = (...keys: readonly string[]) => string | undefined;

/** Without scheme, user and query: those take room, and may hold what is nobody's business. */
function calledUrl(text: Text): string | undefined {
  const url = text('url.full', 'http.url');
  if (url !== undefined) return pathOf(url.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').replace(/^[^/@]*@/, ''));
  const path = pathOf(text('url.path', 'http.target'));
  if (path === undefined) return undefined;
  const [host, port] = [text('server.address', 'net.peer.name'), text('server.port', 'net.peer.port')];
  return host === undefined ? path : `${host}${port === undefined ? '' : `:${port}`}${path}`;
}

function pathOf(url: string | undefined): string | undefined {
  return url?.replace(/[?#].*$/s, '');
}
