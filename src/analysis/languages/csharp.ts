import type { Node } from 'web-tree-sitter';
import type { SpanSite } from '../../protocol/spanSites';
import { around, DEEPEST_NAME, field, named, ofType, rpcName, site, sum } from './nodes';
import { bracePieces, HOLE, joined, joinedPath, type Pieces, routeName, tellsSomething, wholeText } from './pieces';
import type { LanguageReader, SourceTree } from './reader';
import { Values } from './values';

const STARTS = /^(?:StartActivity|CreateActivity|StartActiveSpan|StartRootSpan|StartSpan)$/;
const MAPPED = /^Map(Get|Post|Put|Delete|Patch)$/;
const CALLS = '(invocation_expression) @site';
const METHODS = '(method_declaration) @site';
const VALUES = '[(variable_declarator) (property_declaration) (assignment_expression)] @site';
const HTTP_ATTRIBUTE = /^Http(Get|Post|Put|Delete|Patch|Head|Options)(?:Attribute)?$/;

export const csharp: LanguageReader = {
  id: 'csharp',
  grammar: 'tree-sitter-c-sharp.wasm',
  files: /\.cs$/,
  generated: /\.(?:g|g\.i|designer)\.cs$|Grpc\.cs$/i,
  hint: /StartActivity|CreateActivity|Start(?:Active|Root)?Span|\[Http(?:Get|Post|Put|Delete|Patch)|\.Map(?:Get|Post|Put|Delete|Patch)\(|\w+Base\b[\s\S]*ServerCallContext/,
  manifests: /\.csproj$/,
  projectName: (manifest, text) =>
    /<AssemblyName>\s*([\w.-]+)\s*<\/AssemblyName>/.exec(text)?.[1] ?? manifest.slice(0, -'.csproj'.length),
  read: (source) => new CsharpSites(source).all(),
};

class CsharpSites {
  private readonly values = new Values(
    new Set(['method_declaration', 'constructor_declaration', 'local_function_statement', 'lambda_expression']),
    new Set(['class_declaration', 'record_declaration', 'struct_declaration']),
  );

  constructor(private readonly source: SourceTree) {
    for (const node of source.find(VALUES)) this.learn(node);
  }

  all(): SpanSite[] {
    return [
      ...this.source.find(CALLS).flatMap((call) => this.call(call)),
      ...this.source.find(METHODS).flatMap((method) => this.method(method)),
    ];
  }

  private learn(node: Node): void {
    const name = field(node, 'name') ?? field(node, 'left');
    const value = field(node, 'value') ?? field(node, 'right') ?? named(node).at(-1);
    if (name && value && value.id !== name.id) this.values.add(lastName(name), value);
  }

  private call(call: Node): SpanSite[] {
    const callee = field(call, 'function');
    const [receiver, method] = memberOf(callee);
    if (!method) return [];
    const all = argumentsOf(call);
    const functionName = functionAround(call);
    const at = call.startPosition.row === method.startPosition.row ? call : method;
    if (STARTS.test(method.text)) {
      const tracer = receiver && this.sourceName(receiver);
      return site('span', this.spanName(method.text, call, all, functionName), at, { functionName, tracer });
    }
    const verb = MAPPED.exec(method.text)?.[1];
    if (verb === undefined || !receiver || all.length < 2) return [];
    const path = joinedPath(this.prefix(receiver), this.pieces(all[0]));
    return site('route', routeName(verb.toUpperCase(), path), at, { functionName });
  }

  /** Without a name an activity is called like the member that starts it. */
  private spanName(method: string, call: Node, all: readonly Node[], member: string | undefined): Pieces | undefined {
    const byName = named(field(call, 'arguments')).find((each) => field(each, 'name')?.text === 'name');
    const [said] = byName ? named(byName).slice(-1) : all;
    const isKind = said && /^(?:\w+\.)*ActivityKind\./.test(said.text);
    if (said && !isKind) return this.pieces(said);
    return method === 'StartActivity' && member !== undefined ? [member] : undefined;
  }

  /** `new ActivitySource("cart")`, `new("cart")`, `provider.GetTracer("cart")`. */
  private sourceName(receiver: Node): string | undefined {
    const made = /creation_expression$|invocation_expression/.test(receiver.type)
      ? receiver
      : this.values.of(lastName(receiver), receiver);
    if (!made || !/creation_expression$|invocation_expression/.test(made.type)) return undefined;
    if (made.type === 'invocation_expression' && lastName(field(made, 'function')) !== 'GetTracer') return undefined;
    if (made.type === 'object_creation_expression' && lastName(field(made, 'type')) !== 'ActivitySource')
      return undefined;
    const [name] = argumentsOf(made);
    return name && wholeText(this.pieces(name));
  }

  /** `var api = app.MapGroup("/api")`. */
  private prefix(receiver: Node, depth = 0): Pieces {
    let made = receiver.type === 'invocation_expression' ? receiver : this.values.of(lastName(receiver), receiver);
    // What is said of the group may follow: `app.MapGroup("/api").RequireAuthorization()`.
    let [outer, method] = memberOf(field(made, 'function'));
    while (method && method.text !== 'MapGroup' && outer?.type === 'invocation_expression') {
      made = outer;
      [outer, method] = memberOf(field(made, 'function'));
    }
    const [path] = made ? argumentsOf(made) : [];
    if (method?.text !== 'MapGroup' || !outer || !path || depth > DEEPEST_NAME) return [''];
    return joinedPath(this.prefix(outer, depth + 1), this.pieces(path));
  }

  private method(method: Node): SpanSite[] {
    const nameNode = field(method, 'name');
    const owner = around(method, 'class_declaration', 'record_declaration');
    if (!nameNode || !owner) return [];
    const facts = { functionName: nameNode.text };
    const service = rpcServiceOf(owner);
    const isRpc = service !== undefined && /ServerCallContext/.test(field(method, 'parameters')?.text ?? '');
    return [
      ...this.routes(method, owner).flatMap((name) => site('route', name, nameNode, facts)),
      ...(isRpc ? site('route', rpcName(service, nameNode.text), nameNode, facts) : []),
    ];
  }

  private routes(method: Node, owner: Node): Pieces[] {
    const own = attributesOf(method);
    const prefix = this.routePath(attributesOf(owner).find(isRoute)) ?? [''];
    const ofMethod = this.routePath(own.find(isRoute));
    return own.flatMap((attribute) => {
      const verb = HTTP_ATTRIBUTE.exec(field(attribute, 'name')?.text ?? '')?.[1];
      if (verb === undefined) return [];
      const path = this.routePath(attribute) ?? ofMethod ?? [''];
      // A path of a method that begins with a slash or a tilde stands for itself.
      const isWhole = /^[~/]/.test(path[0]);
      const whole = isWhole ? [path[0].replace(/^~?\//, ''), ...path.slice(1)] : joinedPath(prefix, path);
      // Without a path of its own it is found by a route of the whole program.
      if (!tellsSomething(whole)) return [];
      return [joined([[`${verb.toUpperCase()} `], withTokens(whole, owner, field(method, 'name')?.text ?? '')])];
    });
  }

  private routePath(attribute: Node | undefined): Pieces | undefined {
    const [list] = attribute ? ofType(attribute, 'attribute_argument_list') : [];
    const value = named(named(list)[0]).at(-1);
    return value && this.pieces(value);
  }

  private pieces(node: Node, depth = 0): Pieces {
    if (depth > DEEPEST_NAME) return HOLE;
    const of = (inner: Node | undefined): Pieces => (inner ? this.pieces(inner, depth + 1) : HOLE);
    switch (node.type) {
      case 'string_literal':
        return [unescaped(node.text.slice(1, -1))];
      case 'verbatim_string_literal':
        return [node.text.slice(2, -1).replaceAll('""', '"')];
      case 'raw_string_literal':
        return [node.text.replace(/^"+\s*|\s*"+$/g, '')];
      case 'interpolated_string_expression':
        return interpolated(node, of);
      case 'parenthesized_expression':
        return of(named(node)[0]);
      case 'binary_expression':
        return sum(node, of);
      case 'identifier':
      case 'member_access_expression':
        return of(this.values.of(lastName(node), node));
      case 'invocation_expression':
        return this.called(node, of);
      default:
        return HOLE;
    }
  }

  /** `nameof(X.Y)` and `string.Format("a {0}", b)`. */
  private called(call: Node, of: (inner: Node | undefined) => Pieces): Pieces {
    const callee = field(call, 'function')?.text ?? '';
    const [first] = argumentsOf(call);
    if (callee === 'nameof' && first) return [lastName(first)];
    const text = /^[sS]tring\.Format$/.test(callee) && first ? wholeText(of(first)) : undefined;
    return text === undefined ? HOLE : bracePieces(text);
  }
}

function interpolated(node: Node, of: (inner: Node | undefined) => Pieces): Pieces {
  return joined(
    named(node).map((part) => {
      if (part.type === 'interpolation') {
        const inside = named(part).filter(({ type }) => type !== 'interpolation_brace');
        return inside.length === 1 ? of(inside[0]) : HOLE;
      }
      return [
        part.type === 'interpolation_start' ? '' : unescaped(part.text).replaceAll('{{', '{').replaceAll('}}', '}'),
      ];
    }),
  );
}

/** `a.B`, `a?.B` and `B`. */
function memberOf(callee: Node | undefined): [receiver: Node | undefined, member: Node | undefined] {
  if (callee?.type === 'member_access_expression') return [field(callee, 'expression'), field(callee, 'name')];
  if (callee?.type !== 'conditional_access_expression') return [undefined, undefined];
  const [binding] = ofType(callee, 'member_binding_expression');
  return [field(callee, 'condition'), field(binding, 'name')];
}

/** Values of the arguments, with or without their names. */
function argumentsOf(call: Node): Node[] {
  const list = field(call, 'arguments') ?? ofType(call, 'argument_list')[0];
  return ofType(list, 'argument').flatMap((argument) => named(argument).slice(-1));
}

function attributesOf(declaration: Node): Node[] {
  return ofType(declaration, 'attribute_list').flatMap((list) => ofType(list, 'attribute'));
}

function isRoute(attribute: Node): boolean {
  return /^Route(?:Attribute)?$/.test(field(attribute, 'name')?.text ?? '');
}

/** `[controller]` and `[action]` stand for the names of class and method. */
function withTokens(pieces: Pieces, owner: Node, method: string): Pieces {
  const controller = (field(owner, 'name')?.text ?? '').replace(/Controller$/, '');
  return pieces.map((piece) => piece.replaceAll('[controller]', controller).replaceAll('[action]', method));
}

/** `class X : Shop.CartService.CartServiceBase`. */
function rpcServiceOf(owner: Node): string | undefined {
  const bases = ofType(owner, 'base_list')[0]?.text ?? '';
  return /\b(\w+)\.\1Base\b/.exec(bases)?.[1];
}

function functionAround(node: Node): string | undefined {
  const owner = around(
    node,
    'method_declaration',
    'local_function_statement',
    'property_declaration',
    'constructor_declaration',
  );
  return field(owner, 'name')?.text;
}

function lastName(node: Node | undefined): string {
  if (!node) return '';
  if (node.type === 'member_access_expression' || node.type === 'qualified_name')
    return field(node, 'name')?.text ?? '';
  return node.text;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
