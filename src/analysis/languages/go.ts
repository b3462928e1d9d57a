import type { Node } from 'web-tree-sitter';
import type { SpanSite } from '../../protocol/spanSites';
import { around, DEEPEST_NAME, field, named, ofType, rpcName, site, sum } from './nodes';
import { HOLE, joinedPath, type Pieces, printfPieces, routeName, wholeText } from './pieces';
import type { LanguageReader, SourceTree } from './reader';
import { Values } from './values';

const CALLS = `(call_expression function: (selector_expression field: (field_identifier) @_name
  (#match? @_name "^(Start|NewHandler|WithRouteTag|HandleFunc|Handle|[A-Z][A-Za-z]*)$"))) @site`;
const VALUES = `[(const_spec) (var_spec) (short_var_declaration) (assignment_statement) (keyed_element)] @site`;
const METHODS_OF = '(method_declaration) @site';
const STRUCTS = '(type_spec type: (struct_type)) @site';
/** Gin, Echo and Fiber write the method in capitals or as a name, as chi does. */
const VERB = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|Get|Post|Put|Delete|Patch|Head|Options|Connect|Trace)$/;
const REGISTERED_SERVICE = /^Register(\w+)Server$/;

export const go: LanguageReader = {
  id: 'go',
  grammar: 'tree-sitter-go.wasm',
  files: /\.go$/,
  generated: /(?:\.pb|_grpc\.pb|\.gen|_gen|_string)\.go$|^zz_generated/,
  hint: /\.Start\(|HandleFunc\(|\.Handle\(|NewHandler\(|WithRouteTag\(|\.(?:GET|POST|PUT|DELETE|PATCH|Get|Post|Put|Delete|Patch)\("\/|Register\w+Server\(|Unimplemented\w+Server|&\w+\.\w+(?:Request|Req|Empty)\{/,
  manifests: /^go\.mod$/,
  projectName: (_, text) => /^module\s+"?\S*?([^\s/"]+?)(?:\/v\d+)?"?\s*$/m.exec(text)?.[1],
  read: (source) => new GoSites(source).all(),
};

class GoSites {
  private readonly values = new Values(new Set(['function_declaration', 'method_declaration', 'func_literal']));
  /** Services of gRPC by the struct that serves them. */
  private readonly services = new Map<string, string>();
  private readonly onlyService: string | undefined;
  private readonly usesOpenTelemetry: boolean;

  constructor(private readonly source: SourceTree) {
    this.usesOpenTelemetry = /go\.opentelemetry\.io|\.Tracer\(/.test(source.root.text);
    for (const node of source.find(VALUES)) this.learn(node);
    for (const node of source.find(STRUCTS)) this.learnServer(node);
    this.onlyService = this.registeredService();
  }

  all(): SpanSite[] {
    return [
      ...this.source.find(CALLS).flatMap((call) => this.call(call)),
      ...this.source.find(METHODS_OF).flatMap((method) => this.method(method)),
    ];
  }

  private learn(node: Node): void {
    if (node.type === 'keyed_element') {
      const [key, value] = named(node).map((element) => named(element)[0] ?? element);
      if (key && value) this.values.add(key.text, value);
      return;
    }
    const left = field(node, 'left') ? named(field(node, 'left')) : ofType(node, 'identifier');
    const right = named(field(node, 'right') ?? field(node, 'value'));
    left.forEach((name, i) => right[i] && this.values.add(lastName(name), right[i]));
  }

  /** `pb.UnimplementedCartServiceServer` inside a struct says what it serves. */
  private learnServer(spec: Node): void {
    const service = /\bUnimplemented(\w+)Server\b/.exec(field(spec, 'type')?.text ?? '')?.[1];
    const name = field(spec, 'name')?.text;
    if (service && name) this.services.set(name, service);
  }

  private method(method: Node): SpanSite[] {
    const receiver = /(\w+)\)?$/.exec(field(method, 'receiver')?.text.replace(/\)$/, '') ?? '')?.[1] ?? '';
    const service = this.services.get(receiver) ?? this.onlyService;
    const name = field(method, 'name')?.text ?? '';
    if (service === undefined || !/^[A-Z]/.test(name) || !isRpcSignature(method)) return [];
    return site('route', rpcName(service, name), method, { functionName: name });
  }

  /** The service of a program that registers a single one, which is the usual. */
  private registeredService(): string | undefined {
    const found = new Set(
      this.source.find(CALLS).flatMap((call) => {
        const service = REGISTERED_SERVICE.exec(lastName(field(call, 'function')))?.[1];
        return service && service !== 'Health' ? [service] : [];
      }),
    );
    return found.size === 1 ? [...found][0] : undefined;
  }

  private call(call: Node): SpanSite[] {
    const callee = field(call, 'function');
    const method = field(callee, 'field');
    const receiver = field(callee, 'operand');
    if (!method || !receiver) return [];
    const all = named(field(call, 'arguments'));
    const facts = { functionName: functionAround(call) };
    const at = call.startPosition.row === method.startPosition.row ? call : method;
    const name = method.text;
    if (name === 'Start') return this.start(receiver, all, at, facts.functionName);
    if (name === 'NewHandler' && receiver.text.startsWith('otelhttp') && all[1])
      return site('route', this.pieces(all[1]), at, facts);
    if (name === 'WithRouteTag' && all[0]) return site('route', this.pieces(all[0]), at, facts);
    const route = this.route(call, name, receiver, all);
    if (route) return site('route', route, at, facts);
    const rpc = rpcMethod(name, all);
    return rpc ? site('client', rpc, at, facts) : [];
  }

  private start(
    receiver: Node,
    [context, name]: readonly Node[],
    at: Node,
    functionName: string | undefined,
  ): SpanSite[] {
    if (!context || !name) return [];
    const isTracer = /tracer|otel\./i.test(receiver.text);
    if (!isTracer && !(this.usesOpenTelemetry && /ctx|context/i.test(context.text))) return [];
    return site('span', this.pieces(name), at, { functionName, tracer: this.tracer(receiver) });
  }

  private tracer(receiver: Node): string | undefined {
    const made = receiver.type === 'call_expression' ? receiver : this.values.of(lastName(receiver), receiver);
    if (made?.type !== 'call_expression' || lastName(field(made, 'function')) !== 'Tracer') return undefined;
    const [name] = named(field(made, 'arguments'));
    return name && wholeText(this.pieces(name));
  }

  private route(call: Node, method: string, receiver: Node, all: readonly Node[]): Pieces | undefined {
    const [first] = all;
    if (all.length < 2 || !first || !/string_literal$|binary_expression|identifier/.test(first.type)) return undefined;
    const isHandle = method === 'HandleFunc' || method === 'Handle';
    if (!isHandle && !VERB.test(method)) return undefined;
    const path = this.pieces(first);
    // `mux.HandleFunc("GET /users/{id}", …)` says the method itself.
    if (isHandle && /^[A-Z]+ /.test(path[0])) return path;
    if (!path[0].startsWith('/')) return undefined;
    const whole = joinedPath(this.prefix(call, receiver), path);
    const verb = isHandle ? chainedMethod(call) : method.toUpperCase();
    return routeName(verb, whole);
  }

  /** `v1 := r.Group("/v1")` and, in chi, the functions of `r.Route("/v1", func(r chi.Router) {…})` around the call. */
  private prefix(call: Node, receiver: Node, depth = 0): Pieces {
    const made = this.values.of(lastName(receiver), receiver);
    if (depth < 5 && made?.type === 'call_expression' && lastName(field(made, 'function')) === 'Group') {
      const outer = field(field(made, 'function'), 'operand');
      const [path] = named(field(made, 'arguments'));
      if (outer && path) return joinedPath(this.prefix(made, outer, depth + 1), this.pieces(path));
    }
    for (let at = around(call, 'func_literal'); at; at = around(at, 'func_literal')) {
      const outer = at.parent?.parent;
      if (outer?.type !== 'call_expression' || lastName(field(outer, 'function')) !== 'Route') continue;
      const outerReceiver = field(field(outer, 'function'), 'operand');
      const [path] = named(field(outer, 'arguments'));
      if (outerReceiver && path) return joinedPath(this.prefix(outer, outerReceiver, depth + 1), this.pieces(path));
    }
    return [''];
  }

  private pieces(node: Node, depth = 0): Pieces {
    if (depth > DEEPEST_NAME) return HOLE;
    const of = (inner: Node | undefined): Pieces => (inner ? this.pieces(inner, depth + 1) : HOLE);
    switch (node.type) {
      case 'interpreted_string_literal':
        return [unescaped(node.text.slice(1, -1))];
      case 'raw_string_literal':
        return [node.text.slice(1, -1)];
      case 'parenthesized_expression':
        return of(named(node)[0]);
      case 'binary_expression':
        return sum(node, of);
      case 'identifier':
        return of(this.values.of(node.text, node));
      case 'call_expression': {
        const [format] = named(field(node, 'arguments'));
        const text = /^Sprint?f$/.test(lastName(field(node, 'function'))) && format ? wholeText(of(format)) : undefined;
        return text === undefined ? HOLE : printfPieces(text);
      }
      default:
        return HOLE;
    }
  }
}

/** `client.GetCart(ctx, &pb.GetCartRequest{…})`: a context and a message is what a client of gRPC takes. */
function rpcMethod(name: string, [context, request]: readonly Node[]): Pieces | undefined {
  const type = request && /^&(?:\w+\.)(\w+)\{/.exec(request.text)?.[1];
  if (!type || !/^(?:ctx|context\.\w+\(\)|\w*[cC]tx)$/.test(context.text)) return undefined;
  return /(?:Request|Req|Empty)$/.test(type) ? ['', `/${name}`] : undefined;
}

/** Of gorilla's `r.HandleFunc("/x", h).Methods("POST")`. */
function chainedMethod(call: Node): string | undefined {
  const outer = call.parent;
  if (outer?.type !== 'selector_expression' || field(outer, 'field')?.text !== 'Methods') return undefined;
  return /^\((?:http\.Method)?"?(\w+)"?\)$/.exec(field(outer.parent, 'arguments')?.text ?? '')?.[1].toUpperCase();
}

/** `(ctx context.Context, request *pb.X) (*pb.Y, error)`, or a stream of theirs. */
function isRpcSignature(method: Node): boolean {
  const parameters = field(method, 'parameters')?.text ?? '';
  const result = field(method, 'result')?.text ?? '';
  const isUnary = /context\.Context\s*,\s*\w+\s+\*/.test(parameters) && /^\(\s*\*.*\berror\s*\)$/s.test(result);
  return isUnary || (/_\w+Server\s*\)$|grpc\.\w*Stream\w*\[/.test(parameters) && result === 'error');
}

function functionAround(node: Node): string | undefined {
  return field(around(node, 'function_declaration', 'method_declaration'), 'name')?.text;
}

function lastName(node: Node | undefined): string {
  if (!node) return '';
  return node.type === 'selector_expression' ? (field(node, 'field')?.text ?? '') : node.text;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
