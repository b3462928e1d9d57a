import type { Node } from 'web-tree-sitter';
import type { SpanSite } from '../../protocol/spanSites';
import { around, DEEPEST_NAME, field, named, ofType, rpcName, site } from './nodes';
import { bracePieces, HOLE, joined, joinedPath, type Pieces, printfPieces, wholeText } from './pieces';
import type { LanguageReader, SourceTree } from './reader';
import { Values } from './values';

const STARTS = /^start_(?:as_current_|active_)?span$/;
const CALLS = `(call function: (attribute attribute: (identifier) @_name
  (#match? @_name "^(start_(as_current_|active_)?span|[A-Z].*)$"))) @site`;
const STUB_CALL = /^[A-Z]/;
const DECORATED = '(decorated_definition) @site';
const SERVICERS = `(class_definition superclasses: (argument_list) @_bases (#match? @_bases "Servicer")) @site`;
const DJANGO_PATHS = `(call function: (identifier) @_name (#any-of? @_name "path" "re_path" "url")) @site`;
const METHODS = /^(?:get|post|put|delete|patch|head|options)$/;
const ROUTES = /^(?:route|api_route|websocket)$/;

export const python: LanguageReader = {
  id: 'python',
  grammar: 'tree-sitter-python.wasm',
  files: /\.pyw?$/,
  generated: /_pb2(?:_grpc)?\.py$/,
  hint: /start_(?:as_current_|active_)?span|@\w[\w.]*\.(?:get|post|put|delete|patch|head|options|route|api_route|websocket)\(|urlpatterns|Servicer\b|Stub\(/,
  manifests: /^(?:pyproject\.toml|setup\.(?:py|cfg)|requirements\.txt|Pipfile|manage\.py)$/,
  projectName: (manifest, text) =>
    (manifest === 'setup.py' ? /\bname\s*=\s*["']([\w.-]+)["']/ : /^name\s*=\s*["']?([\w.-]+)/m).exec(text)?.[1],
  read: (source) => new PythonSites(source).all(),
};

class PythonSites {
  private readonly values = new Values(new Set(['function_definition', 'lambda']), new Set(['class_definition']));

  constructor(private readonly source: SourceTree) {
    for (const assignment of source.find('(assignment) @site')) {
      const [left, right] = [field(assignment, 'left'), field(assignment, 'right')];
      if (left && right && /^(?:identifier|attribute)$/.test(left.type)) this.learn(left, right);
    }
  }

  all(): SpanSite[] {
    const { source } = this;
    return [
      ...source.find(CALLS).flatMap((call) => this.call(call)),
      ...source.find(DECORATED).flatMap((definition) => this.decorated(definition)),
      ...source.find(SERVICERS).flatMap((definition) => rpcMethods(definition)),
      ...source.find(DJANGO_PATHS).flatMap((call) => this.djangoPath(call)),
    ];
  }

  /** Members are known by `self` as well. */
  private learn(left: Node, right: Node): void {
    this.values.add(lastName(left), right);
    if (left.parent?.parent?.parent?.parent?.type === 'class_definition') this.values.add(`self.${left.text}`, right);
  }

  private call(call: Node): SpanSite[] {
    const callee = field(call, 'function');
    const method = field(callee, 'attribute');
    const receiver = field(callee, 'object');
    if (!method || !receiver || call.parent?.type === 'decorator') return [];
    const functionName = functionAround(call);
    if (STARTS.test(method.text)) {
      const name = argument(call, 0, 'name') ?? argument(call, 0, 'operation_name');
      return site('span', name && this.pieces(name), startOf(call, method), {
        functionName,
        tracer: this.tracer(receiver),
      });
    }
    const service = STUB_CALL.test(method.text) ? this.stubService(receiver) : undefined;
    return service ? site('client', rpcName(service, method.text), startOf(call, method), { functionName }) : [];
  }

  /** The gRPC service that a stub speaks to, where the stub is made in this file. */
  private stubService(receiver: Node): string | undefined {
    const value = receiver.type === 'call' ? receiver : this.values.of(lastName(receiver), receiver);
    const callee = value?.type === 'call' ? field(value, 'function') : undefined;
    return callee && /^(\w+)Stub$/.exec(lastName(callee))?.[1];
  }

  private decorated(definition: Node): SpanSite[] {
    const of = field(definition, 'definition');
    const nameNode = field(of, 'name');
    if (of?.type !== 'function_definition' || !nameNode) return [];
    return ofType(definition, 'decorator').flatMap((decorator) => {
      const [call] = ofType(decorator, 'call');
      const callee = field(call, 'function');
      const method = field(callee, 'attribute')?.text;
      const receiver = field(callee, 'object');
      if (!call || !method || !receiver) return [];
      const functionName = nameNode.text;
      if (STARTS.test(method)) {
        const name = argument(call, 0, 'name');
        return site('decorator', name && this.pieces(name), of, { functionName, tracer: this.tracer(receiver) });
      }
      return this.route(call, method, receiver).flatMap((name) => site('route', name, of, { functionName }));
    });
  }

  /** Names of the routes that a decorator registers. */
  private route(call: Node, method: string, receiver: Node): Pieces[] {
    const isRoute = ROUTES.test(method);
    const path = argument(call, 0, 'path') ?? argument(call, 0, 'rule');
    if ((!isRoute && !METHODS.test(method)) || path?.type !== 'string') return [];
    const pieces = joinedPath(this.prefix(receiver), this.pieces(path));
    if (!isRoute) return [joined([[`${method.toUpperCase()} `], pieces])];
    const methods = named(argument(call, undefined, 'methods')).map((each) => wholeText(this.pieces(each)));
    const known = methods.length > 0 ? methods : method === 'route' ? ['GET'] : [undefined];
    return known.map((each) => (each === undefined ? pieces : joined([[`${each.toUpperCase()} `], pieces])));
  }

  /** `APIRouter(prefix="/api")`, `Blueprint("x", __name__, url_prefix="/api")`. */
  private prefix(receiver: Node): Pieces {
    const made = this.values.of(lastName(receiver), receiver);
    if (made?.type !== 'call') return [''];
    const prefix = argument(made, undefined, 'prefix') ?? argument(made, undefined, 'url_prefix');
    return prefix ? this.pieces(prefix) : [''];
  }

  private djangoPath(call: Node): SpanSite[] {
    if (!around(call, 'assignment')?.text.startsWith('urlpatterns')) return [];
    const path = argument(call, 0, 'route');
    return path?.type === 'string' ? site('route', this.pieces(path), call) : [];
  }

  /** `trace.get_tracer("cart")`, here or where the receiver's name is given. */
  private tracer(receiver: Node): string | undefined {
    const made = receiver.type === 'call' ? receiver : this.values.of(lastName(receiver), receiver);
    const callee = made?.type === 'call' ? field(made, 'function') : undefined;
    if (!made || !callee || lastName(callee) !== 'get_tracer') return undefined;
    const name = argument(made, 0, 'instrumenting_module_name');
    return name && wholeText(this.pieces(name));
  }

  private pieces(node: Node, depth = 0): Pieces {
    if (depth > DEEPEST_NAME) return HOLE;
    const of = (inner: Node | undefined): Pieces => (inner ? this.pieces(inner, depth + 1) : HOLE);
    switch (node.type) {
      case 'string':
        return stringPieces(node, of);
      case 'concatenated_string':
        return joined(named(node).map(of));
      case 'parenthesized_expression':
        return of(named(node)[0]);
      case 'binary_operator':
        return this.operation(node, of);
      case 'identifier':
      case 'attribute':
        return of(this.values.of(lastName(node), node));
      case 'call': {
        const callee = field(node, 'function');
        const isFormat = field(callee, 'attribute')?.text === 'format';
        const text = isFormat ? wholeText(of(field(callee, 'object'))) : undefined;
        return text === undefined ? HOLE : bracePieces(text);
      }
      default:
        return HOLE;
    }
  }

  private operation(node: Node, of: (inner: Node | undefined) => Pieces): Pieces {
    const operator = field(node, 'operator')?.text;
    const left = of(field(node, 'left'));
    if (operator === '+') return joined([left, of(field(node, 'right'))]);
    const format = operator === '%' ? wholeText(left) : undefined;
    return format === undefined ? HOLE : printfPieces(format);
  }
}

function stringPieces(node: Node, of: (inner: Node | undefined) => Pieces): Pieces {
  const isRaw = /^[^"']*r/i.test(named(node)[0]?.text ?? '');
  return joined(
    named(node).map((part) => {
      if (part.type === 'interpolation') return field(part, 'format_specifier') ? HOLE : of(field(part, 'expression'));
      if (part.type !== 'string_content') return [''];
      return [isRaw ? part.text : unescaped(part.text)];
    }),
  );
}

function unescaped(text: string): string {
  return text.replace(/\\(?:\n|(.))/g, (_, char: string | undefined) =>
    char === undefined ? '' : char === 'n' ? '\n' : char === 't' ? '\t' : char,
  );
}

/** The argument at a place or of a name. */
function argument(call: Node, place: number | undefined, name: string): Node | undefined {
  const all = named(field(call, 'arguments'));
  const byName = all.find((each) => each.type === 'keyword_argument' && field(each, 'name')?.text === name);
  if (byName) return field(byName, 'value');
  const at = place === undefined ? undefined : all[place];
  return at?.type === 'keyword_argument' ? undefined : at;
}

/** A call of several lines is where the method's name stands; one of a single line begins with its receiver. */
function startOf(call: Node, method: Node): Node {
  return call.startPosition.row === method.startPosition.row ? call : method;
}

function functionAround(node: Node): string | undefined {
  return field(around(node, 'function_definition'), 'name')?.text;
}

function rpcMethods(definition: Node): SpanSite[] {
  const service = /(\w+)Servicer\b/.exec(field(definition, 'superclasses')?.text ?? '')?.[1];
  if (service === undefined) return [];
  const methods = named(field(definition, 'body')).map((each) =>
    each.type === 'decorated_definition' ? field(each, 'definition') : each,
  );
  return methods.flatMap((method) => {
    const name = method?.type === 'function_definition' ? field(method, 'name')?.text : undefined;
    if (!method || name === undefined || !/^[A-Z]/.test(name)) return [];
    return site('route', rpcName(service, name), method, { functionName: name });
  });
}

/** `a.b.c` and `c` are both called `c`: what is looked up is of this file. Members of `self` are theirs. */
function lastName(node: Node): string {
  if (node.type !== 'attribute') return node.text;
  const name = field(node, 'attribute')?.text ?? '';
  return /^(?:self|cls)$/.test(field(node, 'object')?.text ?? '') ? `self.${name}` : name;
}
