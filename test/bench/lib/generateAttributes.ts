import type { Random } from './random';

export type AttributeValue = string | number | boolean;
type Attributes = readonly (readonly [string, AttributeValue])[];

export type SpanType = 'server' | 'app' | 'db' | 'redis' | 'client' | 'message';

interface Description {
  readonly scope: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
}

/** What the spans of a made-up web shop say. */
export interface Shop {
  readonly services: readonly string[];
  readonly resources: readonly Attributes[];
  readonly scopeVersions: Readonly<Record<string, string>>;
  /** As often as they are to be found below another span. */
  readonly childTypes: readonly SpanType[];
  readonly exceptions: readonly Readonly<Record<string, string>>[];
  describe(type: SpanType, service: number): Description;
}

const SERVICES = ['gateway', 'orders', 'payments', 'inventory', 'notifier'];
const SCOPE_VERSIONS = {
  '@opentelemetry/instrumentation-http': '0.57.2',
  '@opentelemetry/instrumentation-pg': '0.51.1',
  '@opentelemetry/instrumentation-redis-4': '0.46.1',
  '@opentelemetry/instrumentation-kafkajs': '0.7.1',
  shop: '1.4.0',
};
const CHILD_TYPES: readonly SpanType[] = ['app', 'app', 'app', 'db', 'db', 'redis', 'client', 'message'];
const [INTERNAL, SERVER, CLIENT, PRODUCER] = [1, 2, 3, 4];

interface CodeSite {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
}

export function makeShop(random: Random): Shop {
  const sites = Array.from({ length: 160 }, (_, i) => makeSite(random, i));
  const describers = makeDescribers(random, sites);
  return {
    services: SERVICES,
    resources: SERVICES.map((name, i) => resourceOf(random, name, i)),
    scopeVersions: SCOPE_VERSIONS,
    childTypes: CHILD_TYPES,
    exceptions: Array.from({ length: 12 }, (_, i) => makeException(sites, i)),
    describe: (type, service) => describers[type](service),
  };
}

function makeSite(random: Random, i: number): CodeSite {
  const noun = random.pick(['Order', 'User', 'Cart', 'Stock', 'Payment', 'Mail', 'Price']);
  const layer = random.pick(['Service', 'Repository', 'Controller', 'Validator', 'Mapper']);
  const verb = random.pick(['create', 'find', 'update', 'validate', 'compute', 'apply', 'reserve', 'emit']);
  const object = random.pick(['One', 'All', 'ById', 'Total', 'Batch', 'Discount']);
  const folder = random.pick(['domain', 'infra', 'http', 'jobs']);
  return {
    functionName: `${noun}${layer}.${verb}${object}`,
    file: `/workspace/services/src/${folder}/mod${i % 47}.ts`,
    line: 10 + random.below(400),
  };
}

function makeException(sites: readonly CodeSite[], i: number): Readonly<Record<string, string>> {
  const type = ['Error', 'TypeError', 'TimeoutError', 'HttpError'][i % 4];
  const frames = Array.from({ length: 9 }, (_, j) => {
    const site = sites[(i * 9 + j) % sites.length];
    return `    at ${site.functionName} (${site.file}:${j * 17 + 3}:${j + 5})`;
  });
  const message = `failure number ${i}`;
  return {
    'exception.type': type,
    'exception.message': message,
    'exception.stacktrace': `${type}: ${message}\n${frames.join('\n')}`,
  };
}

function resourceOf(random: Random, name: string, i: number): Attributes {
  return [
    ['service.name', name],
    ['service.version', `1.4.${i}`],
    ['service.instance.id', uuid(random)],
    ['host.name', 'dev-laptop'],
    ['host.arch', 'amd64'],
    ['process.pid', 4000 + i],
    ['process.executable.name', 'node'],
    ['process.command_args', 'node dist/main.js'],
    ['process.runtime.name', 'nodejs'],
    ['process.runtime.version', '20.20.2'],
    ['telemetry.sdk.language', 'nodejs'],
    ['telemetry.sdk.name', 'opentelemetry'],
    ['telemetry.sdk.version', '2.0.1'],
  ];
}

function uuid(random: Random): string {
  return `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;
}

function codeOf({ functionName, file, line }: CodeSite): Attributes {
  return [
    ['code.function.name', functionName],
    ['code.file.path', file],
    ['code.line.number', line],
  ];
}

function makeDescribers(
  random: Random,
  sites: readonly CodeSite[],
): Record<SpanType, (service: number) => Description> {
  const resources = ['orders', 'users', 'carts', 'items', 'stock', 'payments'];
  const actions = ['lines', 'status', 'history', 'refund', 'ship'];
  const routes = Array.from(
    { length: 40 },
    (_, i) => `/api/v${1 + (i % 3)}/${random.pick(resources)}/:id${i % 4 ? `/${random.pick(actions)}` : ''}`,
  );
  const agents = Array.from(
    { length: 40 },
    (_, i) =>
      `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${20 + i}.0.0.0 Safari/537.36`,
  );
  const queries = Array.from(
    { length: 60 },
    (_, i) =>
      `SELECT t.id, t.status, t.total, t.created_at FROM ${random.pick(resources)} t WHERE t.${random.pick(['id', 'user_id', 'sku'])} = $1 ` +
      `AND t.tenant = $2 ORDER BY t.created_at DESC LIMIT ${10 + i}`,
  );
  const server = (service: number): Description => {
    const route = random.pick(routes);
    return {
      scope: '@opentelemetry/instrumentation-http',
      name: `GET ${route}`,
      kind: SERVER,
      attributes: [
        ['http.request.method', random.pick(['GET', 'GET', 'GET', 'POST', 'PUT'])],
        ['http.route', route],
        ['url.path', route.replace(':id', String(random.below(1e6)))],
        ['url.scheme', 'http'],
        ['server.address', 'localhost'],
        ['server.port', 8080 + service],
        ['http.response.status_code', random.pick([200, 200, 200, 200, 201, 404, 500])],
        ['network.protocol.version', '1.1'],
        ['client.address', '127.0.0.1'],
        ['client.port', 30_000 + random.below(30_000)],
        ['user_agent.original', random.pick(agents)],
      ],
    };
  };
  const client = (): Description => {
    const host = `${random.pick(SERVICES)}.local`;
    return {
      scope: '@opentelemetry/instrumentation-http',
      name: 'GET',
      kind: CLIENT,
      attributes: [
        ['http.request.method', 'GET'],
        ['url.full', `http://${host}:8080${random.pick(routes).replace(':id', String(random.below(1e6)))}`],
        ['server.address', host],
        ['server.port', 8080],
        ['http.response.status_code', random.pick([200, 200, 200, 503])],
        ['network.peer.address', '127.0.0.1'],
        ...codeOf(random.pick(sites)),
      ],
    };
  };
  const db = (): Description => ({
    scope: '@opentelemetry/instrumentation-pg',
    name: 'pg.query:SELECT shop',
    kind: CLIENT,
    attributes: [
      ['db.system.name', 'postgresql'],
      ['db.namespace', 'shop'],
      ['db.query.text', random.pick(queries)],
      ['db.operation.name', 'SELECT'],
      ['server.address', 'localhost'],
      ['server.port', 5432],
      ['db.client.connection.pool.name', 'main'],
      ...codeOf(random.pick(sites)),
    ],
  });
  const redis = (): Description => ({
    scope: '@opentelemetry/instrumentation-redis-4',
    name: 'redis-GET',
    kind: CLIENT,
    attributes: [
      ['db.system.name', 'redis'],
      ['db.query.text', `GET cart:${random.below(50_000)}`],
      ['db.operation.name', 'GET'],
      ['server.address', 'localhost'],
      ['server.port', 6379],
      ...codeOf(random.pick(sites)),
    ],
  });
  const message = (): Description => {
    const topic = random.pick(['orders', 'events', 'mail']);
    return {
      scope: '@opentelemetry/instrumentation-kafkajs',
      name: `${topic} publish`,
      kind: PRODUCER,
      attributes: [
        ['messaging.system', 'kafka'],
        ['messaging.destination.name', topic],
        ['messaging.operation.type', 'publish'],
        ['messaging.message.id', uuid(random)],
        ['messaging.kafka.offset', random.below(1e7)],
        ['messaging.batch.message_count', 1 + random.below(20)],
        ['server.address', 'localhost'],
        ['server.port', 9092],
      ],
    };
  };
  const app = (): Description => {
    const site = random.pick(sites);
    return {
      scope: 'shop',
      name: site.functionName,
      kind: INTERNAL,
      attributes: [
        ...codeOf(site),
        ['app.user.id', `user-${random.below(20_000)}`],
        ['app.order.id', uuid(random)],
        ['app.tenant', random.pick(['acme', 'globex', 'initech', 'umbrella'])],
        ['app.cache.hit', random.chance(0.5)],
        ['app.items', random.below(40)],
        ['thread.id', 1],
        ['app.price.total', random.below(1e5) / 100 + 0.001],
      ],
    };
  };
  return { server, client, db, redis, message, app };
}
