import { isAbsolutePath, pathKey } from '../base/paths';

/** Where a frame points: in generated code and on another machine, perhaps. */
export interface StackTarget {
  /** As {@link pathKey} writes it; relative where the frame says no more (`com/shop/Pay.java`, `github.com/me/shop/pay.go`). */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column?: number;
  readonly functionName?: string;
}

/** One line of a stack trace as `exception.stacktrace` carries it. */
export interface StackLine {
  readonly text: string;
  /** Undefined for messages and for frames without a file. */
  readonly target?: StackTarget;
  /** Code of the runtime or of an installed package. */
  readonly library: boolean;
}

interface FrameFormat {
  /** Groups `file` and `line`, and where the format has them `column` and `name`. */
  readonly pattern: RegExp;
  /** The frame where it happened is the last one. */
  readonly innermostLast?: boolean;
  /** The function stands on the line before. */
  readonly nameBefore?: RegExp;
  /** The file's path from what the groups say. */
  readonly path?: (groups: Groups) => string;
}

type Groups = Readonly<Record<string, string | undefined>>;

/** One entry for each way in which runtimes write frames down; the first that fits counts. */
const FORMATS: readonly FrameFormat[] = [
  // Rust: `at ./src/pay.rs:31:9`, under `3: shop::pay::charge`
  {
    pattern: /^\s+at (?<file>\S[^:]*\.rs|[A-Za-z]:\\[^:]*\.rs):(?<line>\d+)(?::(?<column>\d+))?$/,
    nameBefore: /^\s*\d+: (?:0x[0-9a-f]+ - )?(\S.*)$/,
  },
  // V8: `at name (file:1:2)`, `at async file:1:2`
  {
    pattern:
      /^\s*at (?:async )?(?:(?<name>[^()]*?) (?:\[as [^\]]*\] )?\()?(?<file>(?:[a-z][\w+.-]*:|[A-Za-z]:[\\/]|\/)[^()]*?(?:\([^()]*\)[^()]*?)?):(?<line>\d+):(?<column>\d+)\)?$/,
  },
  // .NET: `at Shop.Pay.Charge(Order order) in /src/Pay.cs:line 12`
  { pattern: /^\s*at (?<name>[^(]*)\(.*?\) in (?<file>.+):line (?<line>\d+)$/ },
  // Java, Kotlin, Scala: `at module/com.shop.Pay$Inner.charge(Pay.java:12)`
  {
    pattern:
      /^\s*at (?:[\w.@-]*\/\/?)*(?<package>(?:[\w$]+\.)*?)(?<name>[\w$]+\.[\w$<>]+)\((?<file>[\w$-]+\.(?:java|kts?|scala|groovy|clj)):(?<line>\d+)\)/,
    path: ({ package: of = '', file = '' }) => of.replaceAll('.', '/') + file,
  },
  // Python: `File "/srv/pay.py", line 12, in charge`
  { pattern: /^\s*File "(?<file>.+)", line (?<line>\d+)(?:, in (?<name>.+))?$/, innermostLast: true },
  // PHP: `#0 /srv/pay.php(12): charge()`; the frame where it happened is in the message: `in /srv/pay.php:12`
  { pattern: /^#\d+ (?<file>.+)\((?<line>\d+)\): (?<name>[^(]+)/ },
  { pattern: /^.* in (?<file>\/.+\.php|[A-Za-z]:\\.+\.php)(?::| on line )(?<line>\d+)$/ },
  // Ruby: `/srv/pay.rb:12:in 'charge'`, `from pay.rb:12:in ...`
  { pattern: /^\s*(?:from )?(?<file>[^\s:]\S*?\.(?:rb|ru|rake|erb)):(?<line>\d+)(?::in [`'](?<name>.+?)'.*|: .*)?$/ },
  // Go: `	/srv/pay.go:12 +0x1d`, under `main.charge(...)`
  {
    pattern: /^\s+(?<file>\S.*\.go):(?<line>\d+)(?: \+0x[0-9a-f]+)?$/,
    nameBefore: /^(?:created by )?([^\s(][^(]*(?:\(\*[^)]*\)[^(]*)?)\(/,
  },
];

const LIBRARY =
  /node:|[\\/]node_modules[\\/]|site-packages|dist-packages|[\\/]lib[\\/]python\d|<frozen |[\\/]vendor[\\/]|[\\/]go[\\/](?:pkg|src)[\\/]|[\\/]gems[\\/]|[\\/]rustc[\\/]|[\\/]\.cargo[\\/]/;
/** Packages of the runtime and of what nearly every program is made with. */
const LIBRARY_NAME =
  /^\s*at (?:[\w.@-]*\/\/?)*(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|org\.(?:springframework|apache|hibernate|eclipse|jboss|junit)|io\.(?:netty|opentelemetry|grpc|micrometer|quarkus|undertow|vertx)|reactor|com\.(?:fasterxml|zaxxer|mysql)|System|Microsoft|OpenTelemetry|Npgsql|Grpc)\.|^\s*(?:runtime|net\/http|testing)\./;
/** Longer traces are cut by senders; this only bounds what one attribute can make us draw. */
const MOST_LINES = 500;
/** No frame is longer, and what is takes patterns long. */
const LONGEST_FRAME = 2000;

export function parseStack(stack: string): StackLine[] {
  const lines = stack
    .split(/\r?\n/, MOST_LINES)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  return lines.map((line, i) => parseLine(line, lines[i - 1] ?? '').line);
}

/** The frames of the user's own code, the one where it happened first. */
export function userFrames(stack: string): StackTarget[] {
  const lines = stack.split(/\r?\n/, MOST_LINES).map((line) => line.trimEnd());
  const found = lines.map((line, i) => parseLine(line, lines[i - 1] ?? ''));
  const frames = found.flatMap(({ line: { target, library } }) => (target && !library ? [target] : []));
  return found.some(({ format }) => format?.innermostLast) ? frames.reverse() : frames;
}

function parseLine(text: string, before: string): { line: StackLine; format?: FrameFormat } {
  if (text.length > LONGEST_FRAME) return { line: { text, library: false } };
  const library = LIBRARY.test(text) || LIBRARY_NAME.test(text);
  for (const format of FORMATS) {
    const groups = format.pattern.exec(text)?.groups as Groups | undefined;
    if (!groups) continue;
    const target = targetOf(groups, format, before);
    const isLibrary = library || (format.nameBefore !== undefined && LIBRARY_NAME.test(before));
    return { line: { text, ...(target && { target }), library: isLibrary }, format };
  }
  return { line: { text, library } };
}

function targetOf(groups: Groups, { path, nameBefore }: FrameFormat, before: string): StackTarget | undefined {
  const { file = '', line, column } = groups;
  const key = pathKey(path?.(groups) ?? file).replace(/^\.\//, '');
  if (!isAbsolutePath(key) && (/^[a-z]+:(?!\/\/)/i.test(key) || /^https?:/.test(key) || key.startsWith('<')))
    return undefined;
  const name = nameBefore ? nameBefore.exec(before)?.[1] : groups.name;
  return {
    path: key,
    line: Number(line),
    ...(column !== undefined && { column: Number(column) }),
    ...(name !== undefined && name !== '' && !/^(?:Object\.)?</.test(name) && { functionName: name }),
  };
}
