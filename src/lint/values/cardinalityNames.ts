import type { Origin } from './cardinalityOrder';
import { splitWords } from './words';

/** What the names in `a.b.c` say about how many values it takes. */
export type NameVerdict =
  | { readonly kind: 'bounded'; readonly strong: boolean }
  | {
      readonly kind: 'unbounded';
      readonly what: string;
      readonly sure: 'certain' | 'likely';
      readonly origin?: Origin;
      readonly isOfOneThing?: boolean;
      /** The id of a group of users, such as a tenant. */
      readonly isOfGroup?: boolean;
      /** The id of something that the operator of the program lists, such as a game or a product. */
      readonly isListed?: boolean;
    }
  | { readonly kind: 'open' };

/** A last word that stands for one of few values. */
const BOUNDED_LAST = new Set(
  (
    'name type kind method methodname model operation operationname op action route template pattern table tablename collection queue topic ' +
    'channel class classname constructor function fn handler controller resolver status code level version env environment region zone service ' +
    'component module package library system provider vendor driver dialect event eventname eventtype command cmd verb protocol scheme format ' +
    'label category group role tier plan flavor flavour mode strategy policy phase stage step state outcome result index database db dbname ' +
    'schema keyspace bucket namespace exchange stream subscription consumer producer worker pool plugin extension feature flag hook middleware ' +
    'layer locale language lang currency country unit suffix prefix separator description title tag field column property attribute entity ' +
    'resource target origin source destination direction side scope spanname displayname api endpointname procedure rpc mutation subscriptionname ' +
    'agent tool chain prompt workflowname taskname jobname interval duration size length count total attempt retry iteration round width height depth priority severity ' +
    'endpoint partition fieldname typename exporter instrument metric signal counter kindname functionname storagename cachename bindingname binding ' +
    'transport engine runtime platform os arch browser activity workflow saga aggregate usecase project app application'
  ).split(' '),
);

/** Words that make what follows or precedes one of few: a route template, a pattern. */
const BOUNDED_ANYWHERE = new Set([
  'route',
  'router',
  'template',
  'pattern',
  'layer',
  'static',
  'const',
  'constant',
  'default',
  'parameterized',
  'parametrized',
  'normalized',
  'normalised',
  'sanitized',
  'sanitised',
  'redacted',
  'masked',
  'grouped',
  'bucketed',
]);

/** Things of which a program has few, so that their ids are few. */
const BOUNDED_IDS = new Set(
  'constructor operation action function handler command topic queue sub subscription source sink model project region zone plugin rule route template step stage phase tool agent feature flag channel stream exchange table schema dataset database subscription locale type class method metric instrument partition shard worker thread app application service component module provider mock test scenario experiment variant cpu dependency resolver platform definition scorer evaluator orchestrator graph swarm llm policy role permission'.split(
    ' ',
  ),
);

/** What each user, request or deal has anew. Other things that have ids, programs may also write down: jobs, nodes, devices, pages. */
const PER_USE = new Set(
  (
    'user account customer member person patient employee session request req response correlation trace span transaction tx txn payment ' +
    'invoice order cart basket checkout comment message msg conversation chat ticket upload download attachment booking reservation trip ride ' +
    'shipment parcel refund subscriber contact email mail visit visitor player review'
  ).split(' '),
);

/** What the operator of a program puts on its list: perhaps twenty, perhaps a million, and often what is to be counted by. */
const LISTED = new Set(
  'game product sku store movie book album track song playlist campaign author server host node instance pod cluster machine gateway'.split(
    ' ',
  ),
);

/** Groups of users: as many as there are customers, so that a measurement for each is often what is wanted. */
const GROUPS = new Set('tenant tenancy org organization organisation team workspace company'.split(' '));

/** Last names that say nothing without what they belong to. */
const COUNTING = new Set(['number', 'value', 'current', 'no', 'index', 'text']);

interface Word {
  readonly what: string;
  readonly sure: 'certain' | 'likely';
}

const certain = (what: string): Word => ({ what, sure: 'certain' });
const likely = (what: string): Word => ({ what, sure: 'likely' });

/** Names that say what a value is for and not what it is: they settle nothing against where the value comes from. */
const GENERIC = new Set(
  'name label title description tag field target origin source result value suffix prefix index length size count total attempt retry'.split(
    ' ',
  ),
);
/** What a caller fills in as it likes: `req.params.name`, unlike `req.query.type`. */
const FREE_TEXT = new Set(['name', 'title', 'label', 'description', 'value']);
const OPERATION_NAMES =
  /^(operation|method|class|table|queue|topic|command|model|function|type|event|handler|route|service|tool|agent|job|task|workflow|collection|query)name$/;

const UNBOUNDED_LAST: ReadonlyMap<string, Word> = new Map(
  Object.entries({
    url: certain('a URL'),
    uri: certain('a URI'),
    href: certain('a URL'),
    originalurl: certain('a URL'),
    pathname: certain('a URL path'),
    querystring: certain('a query string'),
    uuid: certain('a UUID'),
    guid: certain('a GUID'),
    ulid: certain('a ULID'),
    nanoid: certain('a random id'),
    email: certain('an e-mail address'),
    mail: likely('an e-mail address'),
    username: certain('a user name'),
    jwt: certain('a token'),
    sql: certain('SQL text'),
    timestamp: certain('a point in time'),
    datetime: certain('a point in time'),
    stack: certain('a stack trace'),
    ip: certain('an IP address'),
    ipaddress: certain('an IP address'),
    sha: certain('a hash'),
    nonce: certain('a nonce'),
    offset: likely('an offset'),
    slug: likely('a slug'),
    path: likely('a path'),
    baseurl: likely('a URL'),
    filepath: likely('a file path'),
    filename: likely('a file name'),
    query: likely('a query'),
    querytext: certain('query text'),
    statement: likely('a statement'),
    token: likely('a token'),
    payload: likely('a payload'),
    body: likely('a body'),
    phone: certain('a phone number'),
    hash: likely('a hash'),
    cachekey: likely('a cache key'),
    search: likely('search text'),
    params: likely('parameters'),
  }),
);

/** Objects whose properties are what a caller sent. */
const REQUEST_PARTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    params: 'a request parameter',
    query: 'a query parameter',
    body: 'a part of the request body',
    headers: 'a request header',
    cookies: 'a cookie',
    searchparams: 'a query parameter',
  }),
);

const REQUEST = /^(req|request|ctx|context|event|c|call|url|location|uri|parsedurl|nexturl)$/i;
const ERROR = /^(e|ex|err|error|exception|cause|reason|.*(Error|Err|Exception))$/;

/** Judges a chain of names such as `['req', 'params', 'id']`; the last one counts most. */
export function cardinalityByName(names: readonly string[]): NameVerdict {
  const last = names.at(-1) ?? '';
  const base = names.at(-2);
  const words = splitWords(last.replace(/^[_$#]+/, ''));
  const baseWords = base === undefined ? [] : splitWords(base);
  if (words.length === 0) return { kind: 'open' };
  if (isConstantCase(last)) return { kind: 'bounded', strong: true };
  if ([...words, ...baseWords].some((word) => BOUNDED_ANYWHERE.has(word))) return { kind: 'bounded', strong: true };
  if (base !== undefined && ERROR.test(base) && (last === 'message' || last === 'stack'))
    return { kind: 'unbounded', what: 'an error message', sure: 'certain', origin: 'made' };
  if (base !== undefined && COUNTING.has(last)) {
    const owner = cardinalityByName(names.slice(0, -1));
    if (owner.kind === 'bounded') return owner;
  }
  const isSetting = names.slice(0, -1).some((name) => SETTINGS.test(name));
  return (
    idVerdict(words, baseWords, isSetting) ??
    wordVerdict(words, names) ??
    requestVerdict(names, words) ?? { kind: 'open' }
  );
}

function isConstantCase(name: string): boolean {
  return /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name) && name.length > 1;
}

/** `config.projectId`: one for the whole program. */
const SETTINGS = /^(config|configuration|settings|conf|env|constants)$/i;

function idVerdict(
  words: readonly string[],
  baseWords: readonly string[],
  isSetting: boolean,
): NameVerdict | undefined {
  if (words.at(-1) !== 'id' && words.at(-1) !== 'ids') return undefined;
  const owner = words.at(-2) ?? baseWords.at(-1);
  if (owner === undefined) return { kind: 'unbounded', what: 'an id', sure: 'likely' };
  if (BOUNDED_IDS.has(owner)) return { kind: 'bounded', strong: true };
  if (isSetting) return { kind: 'bounded', strong: true };
  const isParameter = words.length === 1 && REQUEST_PARTS.has(owner);
  const what = idOf(owner);
  if (isParameter) return { kind: 'unbounded', what, sure: 'certain', origin: 'request' };
  if (PER_USE.has(owner)) return { kind: 'unbounded', what, sure: 'certain', origin: 'perUse' };
  return {
    kind: 'unbounded',
    what,
    sure: 'likely',
    ...(LISTED.has(owner) && { isListed: true }),
    ...(GROUPS.has(owner) && { isOfGroup: true }),
  };
}

function idOf(owner: string): string {
  if (owner === 'this' || REQUEST_PARTS.has(owner)) return 'an id';
  return `${/^[aeio]/.test(owner) ? 'an' : 'a'} ${owner} id`;
}

/** Things whose names are as many as the things: `user.name`, `fileName`. */
const NAMED_THINGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    user: 'a user name',
    customer: 'a customer name',
    person: 'a person name',
    full: 'a full name',
    file: 'a file name',
    document: 'a document name',
    upload: 'a file name',
  }),
);

function wordVerdict(words: readonly string[], names: readonly string[]): NameVerdict | undefined {
  const last = words.at(-1)!;
  const joined = words.slice(-2).join('');
  const found = (words.length > 1 ? UNBOUNDED_LAST.get(joined) : undefined) ?? UNBOUNDED_LAST.get(last);
  // Where files are served from, or a router is mounted.
  if (last === 'path' && /^(base|mount|prefix|root)$/.test(words.at(-2) ?? ''))
    return { kind: 'bounded', strong: true };
  if (joined === 'baseurl' && REQUEST.test(names.at(-2) ?? '')) return { kind: 'bounded', strong: true };
  if (found && URL_WORDS.test(found.what)) return urlVerdict(found, names);
  if (found)
    return {
      kind: 'unbounded',
      what: found.what,
      sure: found.sure,
      ...(found.sure === 'certain' && { origin: 'perUse' }),
    };
  const thing =
    last === 'name' ? NAMED_THINGS.get(words.at(-2) ?? splitWords(names.at(-2) ?? '').at(-1) ?? '') : undefined;
  if (thing) return { kind: 'unbounded', what: thing, sure: 'likely' };
  if (BOUNDED_LAST.has(last) || BOUNDED_LAST.has(joined)) {
    const asked = requestVerdict(names, words);
    if (asked && words.length === 1 && FREE_TEXT.has(last)) return asked;
    return asked ? { kind: 'open' } : { kind: 'bounded', strong: !GENERIC.has(last) || OPERATION_NAMES.test(joined) };
  }
  return undefined;
}

const URL_WORDS = /URL|URI|path$|query string/;

/** What belongs to one call, and not to what the program is set up with. */
const OF_A_CALL =
  /^(input|args?|params|query|body|data|payload|message|msg|init|response|res|page|link|document|window|location|history)$/i;

/** `req.url` is another with every request; `config.url`, `this.url` and `webhook.url` may be one of few. */
function urlVerdict(found: Word, names: readonly string[]): NameVerdict {
  const sure = isRequestPath(names) ? 'certain' : found.sure;
  const base = names.at(-2);
  if (sure === 'likely') return { kind: 'unbounded', what: found.what, sure };
  return base === undefined || REQUEST.test(base) || OF_A_CALL.test(base)
    ? { kind: 'unbounded', what: found.what, sure, origin: 'request' }
    : { kind: 'unbounded', what: found.what, sure: 'likely', isOfOneThing: true };
}

/** `req.path`, `ctx.request.path`, `url.pathname`, but not a lone `path`. */
function isRequestPath(names: readonly string[]): boolean {
  const [base, last] = names.slice(-2);
  return last === 'path' && base !== undefined && REQUEST.test(base);
}

function requestVerdict(names: readonly string[], words: readonly string[]): NameVerdict | undefined {
  const base = names.at(-2)?.toLowerCase();
  const what = base === undefined ? undefined : REQUEST_PARTS.get(base);
  if (what === undefined || words.length === 0) return undefined;
  const owner = names.at(-3);
  if (owner === undefined && base !== 'headers' && base !== 'searchparams') return undefined;
  return { kind: 'unbounded', what, sure: 'likely' };
}
