import type { Node } from 'web-tree-sitter';
import type { SpanSite } from '../../protocol/spanSites';
import { around, DEEPEST_NAME, field, named, ofType, rpcName, site, sum } from './nodes';
import { HOLE, joined, joinedPath, type Pieces, printfPieces, tellsSomething, wholeText } from './pieces';
import type { LanguageReader, SourceTree } from './reader';
import { Values } from './values';

const CALLS = `(method_invocation name: (identifier) @_name (#any-of? @_name "spanBuilder" "nextSpan" "createNotStarted")) @site`;
const METHODS = '(method_declaration) @site';
const VALUES = '(variable_declarator value: (_)) @site';
/** Annotations that make a span of each call, and which of their members names it. */
const SPAN_ANNOTATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['WithSpan', ['value']],
  ['NewSpan', ['name', 'value']],
  ['ContinueSpan', []],
  ['Observed', ['contextualName', 'name', 'value']],
]);
const SPRING_VERBS: ReadonlyMap<string, string> = new Map(
  ['Get', 'Post', 'Put', 'Delete', 'Patch', 'Head', 'Options'].flatMap((verb): [string, string][] => [
    [`${verb}Mapping`, verb.toUpperCase()],
    [verb, verb.toUpperCase()], // Micronaut's
  ]),
);
/** JAX-RS has the method and the path in annotations of their own. */
const JAX_VERB = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;

export const java: LanguageReader = {
  id: 'java',
  grammar: 'tree-sitter-java.wasm',
  files: /\.java$/,
  generated: /Grpc\.java$|OuterClass\.java$/,
  hint: /spanBuilder|@WithSpan|@NewSpan|@Observed|Mapping\b|@Path\b|@Controller\b|ImplBase\b/,
  manifests: /^(?:pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?)$/,
  projectName: (manifest, text) =>
    (manifest === 'pom.xml'
      ? // The project's own, not its parent's.
        /<artifactId>\s*([\w.-]+)\s*<\/artifactId>/.exec(text.replace(/<parent>[\s\S]*?<\/parent>/, ''))
      : /rootProject\.name\s*=\s*["']([\w.-]+)["']/.exec(text))?.[1],
  read: (source) => new JavaSites(source).all(),
};

class JavaSites {
  private readonly values = new Values(
    new Set(['method_declaration', 'constructor_declaration', 'lambda_expression']),
    new Set(['class_declaration', 'interface_declaration', 'record_declaration', 'enum_declaration']),
  );

  constructor(private readonly source: SourceTree) {
    for (const declarator of source.find(VALUES)) {
      const [name, value] = [field(declarator, 'name'), field(declarator, 'value')];
      if (name && value) this.values.add(name.text, value);
    }
    for (const assignment of source.find('(assignment_expression) @site')) {
      const [left, right] = [field(assignment, 'left'), field(assignment, 'right')];
      if (left && right) this.values.add(lastName(left), right);
    }
  }

  all(): SpanSite[] {
    return [
      ...this.source.find(CALLS).flatMap((call) => this.call(call)),
      ...this.source.find(METHODS).flatMap((method) => this.method(method)),
    ];
  }

  private call(call: Node): SpanSite[] {
    const nameNode = field(call, 'name');
    const [name] = named(field(call, 'arguments'));
    if (!nameNode || !name) return [];
    const at = call.startPosition.row === nameNode.startPosition.row ? call : nameNode;
    const tracer = this.tracer(field(call, 'object'));
    return site('span', this.pieces(name), at, { functionName: functionAround(call), tracer });
  }

  private tracer(receiver: Node | undefined): string | undefined {
    const made =
      receiver?.type === 'method_invocation' ? receiver : receiver && this.values.of(lastName(receiver), receiver);
    if (made?.type !== 'method_invocation' || field(made, 'name')?.text !== 'getTracer') return undefined;
    const [name] = named(field(made, 'arguments'));
    return name && wholeText(this.pieces(name));
  }

  private method(method: Node): SpanSite[] {
    const nameNode = field(method, 'name');
    const owner = around(method, 'class_declaration', 'interface_declaration', 'record_declaration');
    if (!nameNode || !owner) return [];
    const annotations = annotationsOf(method);
    const facts = { functionName: nameNode.text };
    const spans = annotations.flatMap((annotation) => this.spanName(annotation, owner, nameNode.text));
    const routes = annotations.flatMap((annotation) => this.routes(annotation, annotations, owner));
    const service = rpcServiceOf(owner);
    const isRpc = service !== undefined && /StreamObserver/.test(field(method, 'parameters')?.text ?? '');
    return [
      ...spans.flatMap((name) => site('decorator', name, nameNode, facts)),
      ...routes.flatMap((name) => site('route', name, nameNode, facts)),
      ...(isRpc ? site('route', rpcName(service, capitalised(nameNode.text)), nameNode, facts) : []),
    ];
  }

  private spanName(annotation: Node, owner: Node, method: string): Pieces[] {
    const members = SPAN_ANNOTATIONS.get(annotationName(annotation));
    if (!members || members.length === 0) return [];
    const said = members.map((member) => this.member(annotation, member)).find((each) => each !== undefined);
    const [name] = said ? this.texts(said) : [];
    if (name && tellsSomething(name)) return [name];
    // An agent names it after class and method when nothing else is said.
    return [[`${field(owner, 'name')?.text ?? ''}.${method}`]];
  }

  private routes(annotation: Node, all: readonly Node[], owner: Node): Pieces[] {
    const name = annotationName(annotation);
    const prefix = this.paths(annotationsOf(owner).find((each) => isPrefix(annotationName(each))))[0] ?? [''];
    const verb = SPRING_VERBS.get(name);
    if (verb !== undefined || name === 'RequestMapping') {
      const paths = this.paths(annotation);
      const whole = (paths.length > 0 ? paths : [['']]).map((path) => joinedPath(prefix, path));
      const verbs = verb !== undefined ? [verb] : this.requestMethods(annotation);
      return whole.flatMap((path) => (verbs.length === 0 ? [path] : verbs.map((each) => joined([[`${each} `], path]))));
    }
    if (!JAX_VERB.test(name)) return [];
    const [path = ['']] = this.paths(all.find((each) => annotationName(each) === 'Path'));
    return [joined([[`${name} `], joinedPath(prefix, path)])];
  }

  private paths(annotation: Node | undefined): Pieces[] {
    const said = annotation && (this.member(annotation, 'value') ?? this.member(annotation, 'path'));
    return said
      ? this.texts(said).map((path) => (path[0] === '' || path[0].startsWith('/') ? path : joined([['/'], path])))
      : [];
  }

  private requestMethods(annotation: Node): string[] {
    const said = this.member(annotation, 'method');
    return said ? [...said.text.matchAll(/\b(GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)\b/g)].map(([verb]) => verb) : [];
  }

  /** What an annotation says for a member; `value` may be said without its name. */
  private member(annotation: Node, member: string): Node | undefined {
    const all = named(field(annotation, 'arguments'));
    const pair = all.find((each) => each.type === 'element_value_pair' && field(each, 'key')?.text === member);
    if (pair) return field(pair, 'value');
    return member === 'value' ? all.find(({ type }) => type !== 'element_value_pair') : undefined;
  }

  private texts(value: Node): Pieces[] {
    const values = value.type === 'element_value_array_initializer' ? named(value) : [value];
    return values.map((each) => this.pieces(each));
  }

  private pieces(node: Node, depth = 0): Pieces {
    if (depth > DEEPEST_NAME) return HOLE;
    const of = (inner: Node | undefined): Pieces => (inner ? this.pieces(inner, depth + 1) : HOLE);
    switch (node.type) {
      case 'string_literal':
        return [unescaped(node.text.replace(/^"{3}\s*|"{3}$|^"|"$/g, ''))];
      case 'parenthesized_expression':
        return of(named(node)[0]);
      case 'binary_expression':
        return sum(node, of);
      case 'identifier':
      case 'field_access':
        return of(this.values.of(lastName(node), node));
      case 'method_invocation':
        return this.formatted(node, of);
      default:
        return HOLE;
    }
  }

  /** `String.format("a %s", b)` and `"a %s".formatted(b)`. */
  private formatted(call: Node, of: (inner: Node | undefined) => Pieces): Pieces {
    const name = field(call, 'name')?.text;
    const isStatic = name === 'format' && field(call, 'object')?.text === 'String';
    const format = isStatic
      ? named(field(call, 'arguments'))[0]
      : name === 'formatted'
        ? field(call, 'object')
        : undefined;
    const text = format && wholeText(of(format));
    return text === undefined ? HOLE : printfPieces(text);
  }
}

function isPrefix(annotation: string): boolean {
  return annotation === 'RequestMapping' || annotation === 'Path' || annotation === 'Controller';
}

function annotationsOf(declaration: Node): Node[] {
  return ofType(declaration, 'modifiers').flatMap((modifiers) => ofType(modifiers, 'annotation', 'marker_annotation'));
}

function annotationName(annotation: Node): string {
  return field(annotation, 'name')?.text.split('.').at(-1) ?? '';
}

/** `extends CartServiceGrpc.CartServiceImplBase`. */
function rpcServiceOf(owner: Node): string | undefined {
  return /\b(\w+)ImplBase\b/.exec(field(owner, 'superclass')?.text ?? '')?.[1];
}

function functionAround(node: Node): string | undefined {
  return field(around(node, 'method_declaration', 'constructor_declaration'), 'name')?.text;
}

function lastName(node: Node): string {
  return node.type === 'field_access' ? (field(node, 'field')?.text ?? '') : node.text;
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
