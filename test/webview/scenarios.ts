import type { SourceLocation } from '../../src/model/sourceLocation';
import type { SpanEvent } from '../../src/model/span';
import { asSpanId } from '../../src/model/ids';
import { attributes, type SpanSpec, type SyntheticTrace, traceIdOf, traceOf, traceOfSpans } from './synthetic';

function at(path: string, line: number, functionName?: string): SourceLocation {
  return {
    path: `/home/dev/shop/src/${path}`,
    line,
    ...(functionName && { functionName }),
    confidence: 'certain',
    reason: 'seen when the program started the span',
  };
}

const STACK = `CardDeclinedError: The card was declined: insufficient_funds
    at charge (/home/dev/shop/src/payments/charge.ts:48:11)
    at async PaymentService.pay (/home/dev/shop/src/payments/service.ts:112:22)
    at async checkout (/home/dev/shop/src/checkout/handler.ts:31:5)
    at async /home/dev/shop/node_modules/express/lib/router/layer.js:95:5
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;

function exception(offset: number): SpanEvent {
  return {
    offset,
    name: 'exception',
    attributes: attributes({
      'exception.type': 'CardDeclinedError',
      'exception.message': 'The card was declined: insufficient_funds',
      'exception.stacktrace': STACK,
    }),
  };
}

function query(name: string, start: number, takes: number, table: string): SpanSpec {
  return {
    name,
    service: 'postgres-client',
    kind: 'client',
    at: start,
    takes,
    location: at('db/query.ts', 27, 'query'),
    attributes: {
      'db.system.name': 'postgresql',
      'db.namespace': 'shop',
      'db.collection.name': table,
      'db.query.text': `SELECT id, sku, price_cents, currency FROM ${table} WHERE customer_id = $1 ORDER BY created_at DESC`,
      'server.address': '127.0.0.1',
      'server.port': 5432,
    },
  };
}

const checkout: SpanSpec = {
  name: 'POST /api/checkout',
  service: 'storefront',
  kind: 'server',
  at: 0,
  takes: 412,
  location: at('server.ts', 18, 'handle'),
  attributes: { 'http.request.method': 'POST', 'http.route': '/api/checkout', 'http.response.status_code': 402 },
  children: [
    {
      name: 'authenticate',
      service: 'storefront',
      at: 2,
      takes: 31,
      location: at('auth/session.ts', 44, 'authenticate'),
      children: [
        {
          name: 'GET /session',
          service: 'identity',
          kind: 'server',
          at: 6,
          takes: 21,
          children: [query('SELECT sessions', 9, 12, 'sessions')],
        },
      ],
    },
    {
      name: 'load cart',
      service: 'cart',
      kind: 'server',
      at: 36,
      takes: 118,
      location: at('cart/load.ts', 12, 'loadCart'),
      events: [
        { offset: 4e6, name: 'cache.miss', attributes: attributes({ 'cache.key': 'cart:8731' }) },
        { offset: 97e6, name: 'cache.fill', attributes: [] },
      ],
      children: [0, 1, 2, 3, 4, 5].map((index) => query('SELECT items', 42 + index * 15, 12, 'cart_items')),
    },
    {
      name: 'price',
      service: 'pricing',
      kind: 'server',
      at: 158,
      takes: 40,
      location: at('pricing/price.ts', 71, 'price'),
    },
    {
      name: 'reserve stock',
      service: 'inventory',
      kind: 'server',
      at: 160,
      takes: 74,
      location: at('stock/reserve.ts', 9, 'reserve'),
    },
    {
      name: 'charge card',
      service: 'payments',
      kind: 'client',
      at: 236,
      takes: 168,
      error: 'insufficient_funds',
      location: at('payments/charge.ts', 41, 'charge'),
      attributes: {
        'payment.provider': 'acquirer',
        'payment.amount_cents': 12_990,
        'payment.currency': 'EUR',
        'payment.retry': false,
        'http.request.method': 'POST',
        'url.full':
          'https://acquirer.example/v2/charges?idempotency_key=0b6f9c1e-54b7-4b8a-9a1c-9d0c7ce3b8aa&expand=balance_transaction',
      },
      events: [exception(161e6)],
      children: [{ name: 'POST /v2/charges', service: 'acquirer', kind: 'server', at: 251, takes: 130 }],
    },
    {
      name: 'publish order.failed',
      service: 'storefront',
      kind: 'producer',
      at: 406,
      takes: 4,
      location: at('events.ts', 5),
    },
    { name: 'send receipt', service: 'mailer', kind: 'consumer', at: 409, takes: 61 },
  ],
};

function small(): SyntheticTrace[] {
  const others = Array.from({ length: 24 }, (_, index) =>
    traceOf(
      [
        {
          name: index % 3 === 0 ? 'GET /api/products/:id' : 'GET /api/cart',
          service: 'storefront',
          at: 0,
          takes: 12 + index * 7,
          ...(index % 7 === 2 && { error: 'timeout' }),
          children: [query('SELECT products', 2, 6, 'products')],
        },
      ],
      index,
    ),
  );
  return [traceOf([checkout], others.length), ...others.reverse()];
}

/** Everything that real traces get wrong. */
function odd(): SyntheticTrace[] {
  const long =
    'GET /api/v1/tenants/{tenant}/projects/{project}/environments/{environment}/deployments/{deployment}/logs '.repeat(
      3,
    );
  return [
    traceOf([
      {
        name: 'skewed parent',
        service: 'gateway',
        at: 20,
        takes: 60,
        kind: 'server',
        children: [
          { name: 'starts before its parent', service: 'clock-ahead', at: 5, takes: 40 },
          { name: 'outlives its parent', service: 'queue-worker', at: 60, takes: 60, kind: 'consumer' },
          { name: 'no time at all', at: 50, takes: 0 },
          { name: 'ends before it starts', at: 55, takes: -3 },
          { name: long, at: 30, takes: 20 },
          { name: '', at: 31, takes: 2 },
          { name: 'línea → 行 🚀 <b>not markup</b>', at: 33, takes: 9, error: 'a <script> in a message' },
        ],
      },
      {
        name: 'handle message',
        service: 'queue-worker',
        kind: 'consumer',
        at: 70,
        takes: 35,
        orphan: true,
        children: [{ name: 'ack', service: 'queue-worker', at: 100, takes: 4 }],
      },
      { name: 'another orphan', service: 'mailer', at: 90, takes: 12, orphan: true },
    ]),
  ];
}

function tiny(): SyntheticTrace[] {
  return [traceOf([{ name: 'only span', service: 'hello', at: 0, takes: 0.0123, location: at('index.ts', 3) }])];
}

/** One root over 10,000 siblings. */
function wide(): SyntheticTrace[] {
  const count = 10_001;
  const specs = Array.from({ length: count }, (_, row): SpanSpec => {
    if (row === 0) return { name: 'process batch', service: 'worker', at: 0, takes: count };
    return { name: `item ${row % 17}`, service: `shard-${row % 4}`, at: row - 1, takes: 0.4 + (row % 9) / 10 };
  });
  return [traceOfSpans(specs, new Int32Array(count).fill(0).fill(-1, 0, 1))];
}

/** A chain of 500 calls. */
function deep(): SyntheticTrace[] {
  const depth = 500;
  const specs = Array.from({ length: depth }, (_, row): SpanSpec => ({
    name: `resolve(${row})`,
    service: 'recursion',
    at: row * 0.4,
    takes: 500 - row * 0.9,
  }));
  return [
    traceOfSpans(
      specs,
      Int32Array.from(specs, (_, row) => row - 1),
    ),
  ];
}

function manyServices(): SyntheticTrace[] {
  const children = Array.from({ length: 60 }, (_, index): SpanSpec => ({
    name: `call ${index}`,
    service: `service-${String.fromCharCode(97 + (index % 26))}${index}`,
    at: index * 3,
    takes: 8 + (index % 5) * 10,
    children: [
      {
        name: 'inner',
        service: `service-${String.fromCharCode(97 + (index % 26))}${index}`,
        at: index * 3 + 1,
        takes: 4,
      },
    ],
  }));
  return [traceOf([{ name: 'fan out', service: 'gateway', at: 0, takes: 240, children }])];
}

const NAMES = [
  'SELECT orders',
  'GET /items',
  'render',
  'serialize',
  'cache get',
  'authorize',
  'publish',
  'compute price',
];

/** A trace of `count` spans of the usual shape: few roots' children, uneven subtrees, some errors. */
export function largeTrace(count: number, index = 0, services = 'service'): SyntheticTrace {
  const random = seeded(count + index);
  const [specs, parents]: [SpanSpec[], number[]] = [[], []];
  const open: { row: number; end: number }[] = [];
  let time = 0;
  for (let row = 0; row < count; row++) {
    while (open.length > 1 && (time >= open.at(-1)!.end || random() < 0.28)) open.pop();
    const parent = open.at(-1);
    const takes = row === 0 ? count * 0.05 : Math.max(0.005, (parent!.end - time) * random() * 0.6);
    const [name, service] = [
      NAMES[Math.floor(random() * NAMES.length)],
      `${services}-${Math.floor(random() * random() * 12)}`,
    ];
    const failed = random() < 0.004 ? { error: 'deadline exceeded' } : {};
    specs.push({ name: row === 0 ? 'nightly import' : name, service, at: time, takes, ...failed });
    parents.push(parent ? parent.row : -1);
    open.push({ row, end: time + takes });
    time += random() * 0.05;
    if (time > open[0].end) time = open[0].end - 0.01;
  }
  return traceOfSpans(specs, Int32Array.from(parents), index);
}

/** Mulberry32: the same numbers on every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As large and as wrong as single values get. */
function extreme(): SyntheticTrace[] {
  const endless = 'an endless name, '.repeat(600);
  const children = Array.from({ length: 3_000 }, (_, index): SpanSpec => ({
    name: index === 0 ? endless.slice(1) : `call ${index}`,
    service: index === 1 ? 'a-service-with-an-endless-name-'.repeat(300) : `service-${index}`,
    at: index % 7 === 0 ? index - 1e6 : index,
    takes: [0, -5, 0.000001, 3, 1e9][index % 5],
    ...(index === 2 && { attributes: { [endless]: endless.repeat(4) } }),
  }));
  const links = [{ traceId: traceIdOf(77), spanId: asSpanId('00000000deadbeef')!, attributes: [] }];
  const trace = traceOf([{ name: endless, service: 'gateway', at: 0, takes: 240, links, children }]);
  return [atEpoch(trace, 0), atEpoch(traceOf([{ name: 'from 2100', at: 0, takes: 1 }], 1), Date.UTC(2100, 1, 1))];
}

function atEpoch({ columns, summary, span }: SyntheticTrace, startMs: number): SyntheticTrace {
  const epoch = String(BigInt(startMs) * 1_000_000n);
  const moved = { ...columns, epoch };
  return {
    columns: moved,
    summary: { ...summary, startMs },
    span: (spanId) => {
      const found = span(spanId);
      return found && { ...found, startTimeUnixNano: epoch };
    },
  };
}

const redacted = () => [
  traceOf([
    {
      name: 'POST /login',
      service: 'accounts',
      kind: 'server',
      at: 0,
      takes: 40,
      location: at('login.ts', 12, 'login'),
      attributes: {
        'db.url': 'postgres://ann:***@db.internal:5432/shop?application_name=accounts&sslmode=require',
        'enduser.credential': '***',
        'user.email': 'ann@example.com',
        'http.route': '/login',
      },
      notices: {
        'db.url': { kind: 'secret', pattern: 'password in a URL', masked: true },
        'enduser.credential': { kind: 'secret', masked: true },
        'user.email': { kind: 'personal', pattern: 'e-mail address', masked: false },
      },
    },
  ]),
];

export const SCENARIOS = {
  empty: () => [],
  extreme,
  redacted,
  small,
  tiny,
  odd,
  wide,
  deep,
  manyServices,
  huge: () => [largeTrace(100_000)],
  million: () => [largeTrace(1_000_000)],
} satisfies Record<string, () => SyntheticTrace[]>;
export type ScenarioName = keyof typeof SCENARIOS;
