import type { Attributes } from '@opentelemetry/api';

/** What a span says of a statement; the values that it is run with are not among it. */
export interface Query {
  /** `SELECT users`: what it does, and to what. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Characters of a statement that a span tells; a script that makes a whole schema goes on. */
const LONGEST_TEXT = 8192;
/** Statements remembered before all start anew: a program may write values into them. */
const MOST_QUERIES = 1000;
/** Characters in which a statement names its table. */
const HEAD = 2000;

const COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/;
const OPERATION = /^[a-z]+/i;
const NAME = String.raw`((?:[\w$]+|"[^"]+"|\x60[^\x60]+\x60|\[[^\]]+\])(?:\.(?:[\w$]+|"[^"]+"|\x60[^\x60]+\x60|\[[^\]]+\]))?)`;
const after = (words: string) => new RegExp(String.raw`\b${words}\s+${NAME}`, 'i');
const DEFINED = after(String.raw`(?:table|view|index|trigger)(?:\s+if(?:\s+not)?\s+exists)?`);
const TARGETS: Readonly<Record<string, RegExp>> = {
  SELECT: after('from'),
  DELETE: after('from'),
  INSERT: after('into'),
  REPLACE: after('into'),
  UPDATE: after(String.raw`update(?:\s+or\s+\w+)?`),
  CREATE: DEFINED,
  DROP: DEFINED,
  ALTER: DEFINED,
  PRAGMA: after('pragma'),
};

const known = new Map<string, Query>();

export function queryOf(text: string): Query {
  let query = known.get(text);
  if (query) return query;
  if (known.size >= MOST_QUERIES) known.clear();
  known.set(text, (query = read(text)));
  return query;
}

function read(text: string): Query {
  const head = text.slice(0, HEAD).replace(COMMENTS, '');
  const operation = OPERATION.exec(head)?.[0].toUpperCase() ?? '';
  const target = TARGETS[operation]?.exec(head)?.[1].replace(/["`[\]]/g, '');
  const name = [operation || 'query', ...(target === undefined ? [] : [target])].join(' ');
  return {
    name,
    attributes: {
      'db.system.name': 'sqlite',
      'db.query.text': text.slice(0, LONGEST_TEXT),
      'db.query.summary': name,
      ...(operation && { 'db.operation.name': operation }),
      ...(target !== undefined && { 'db.collection.name': target }),
    },
  };
}
