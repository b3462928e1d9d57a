import type { AnalysisSettings, RuleLevel } from './analysis';

/** Every setting with its default; package.json says the same, which a test checks. Keys are without the leading `spanline.`. */
export const SETTING_DEFAULTS = {
  /** Record spans of programs started with F5. */
  'capture.enabled': true,
  /** Bring an OpenTelemetry SDK along for programs that have none. */
  'capture.bundledSdk': true,
  /** Reach programs of other languages that the debugger starts; a language that is not named counts as on. */
  'capture.languages': {
    python: true,
    go: true,
    java: true,
    dotnet: true,
    ruby: true,
    php: true,
    native: true,
  } as Readonly<Record<string, boolean>>,
  /** Path of OpenTelemetry's agent for Java; empty for the one in the folder, if any. */
  'capture.javaAgent': '' as string,
  /** Record the programs of every terminal, not only of those that the command opens. */
  'terminals.trace': false,
  /** Durations above the lines that made the spans. */
  'codeLens.enabled': true,
  /** Ports for programs outside a debug session. */
  'receiver.sharedPorts': [4317, 4318] as readonly number[],
  /** Bytes of one request after decompression. */
  'receiver.maxRequestBytes': 64 * 1024 * 1024,
  /** Bytes that the store may hold. */
  'store.maxBytes': 512 * 1024 * 1024,
  /** Further names, beside those of this machine, that a request's Host may have. */
  'receiver.allowedHosts': [] as readonly string[],
  /** Web origins that may send from a browser. */
  'receiver.allowedOrigins': [] as readonly string[],
  /** Keep what was received on disk, so that a reload or a crash of the editor loses nothing. */
  'journal.enabled': true,
  /** Bytes that the journal may take on disk. */
  'journal.maxBytes': 512 * 1024 * 1024,
  /** Journals that nothing was added to for so many days are deleted; 0 for no limit. */
  'journal.maxAgeDays': 30,
  /** What becomes of secrets, such as passwords and tokens, before they are kept. */
  'redaction.secrets': 'mask' as RedactionMode,
  /** What becomes of personal data, such as e-mail addresses. */
  'redaction.personalData': 'warn' as RedactionMode | 'warn',
  /** Attribute keys, beside the known ones, whose values are secrets; `*` stands for any characters. */
  'redaction.keys': [] as readonly string[],
  /** Base URL of an OTLP endpoint that gets a copy of everything received; empty for none. */
  'forward.endpoint': '' as string,
  'forward.protocol': 'http/protobuf' as ForwardProtocol,
  /** What programs' paths are here; read by `parsePathMappings`, which says what is wrong with it. */
  pathMappings: [] as unknown,
  'lint.enabled': true,
  'lint.rules': {} as Readonly<Record<string, RuleLevel>>,
  'lint.wrappers': [] as readonly string[],
  /** Weigh findings by what programs did at run time, and report what only shows there. */
  'lint.evidence': true,
  'lint.workspace': true,
} as const;

export type SettingKey = keyof typeof SETTING_DEFAULTS;
export type SettingValue<K extends SettingKey> = Widen<(typeof SETTING_DEFAULTS)[K]>;
/** What replaces a value that must not be kept. `off`: it is kept as it is. */
export const REDACTION_MODES = ['mask', 'hash', 'truncate', 'delete', 'off'] as const;
export type RedactionMode = (typeof REDACTION_MODES)[number];
export const FORWARD_PROTOCOLS = ['http/protobuf', 'grpc'] as const;
export type ForwardProtocol = (typeof FORWARD_PROTOCOLS)[number];
type Widen<T> = T extends boolean ? boolean : T extends number ? number : T;

/** What was configured, or the default where that has another shape or cannot work. */
export function readSetting<K extends SettingKey>(key: K, configured: unknown): SettingValue<K> {
  const fallback: unknown = SETTING_DEFAULTS[key];
  const hasShape = FREE.has(key) ? configured !== undefined : sameShape(configured, fallback);
  const fits = hasShape && (LIMITS[key]?.(configured as never) ?? true);
  return (fits ? configured : fallback) as SettingValue<K>;
}

/** Settings of several shapes, which whoever reads them checks. */
const FREE: ReadonlySet<SettingKey> = new Set<SettingKey>(['pathMappings']);

function sameShape(value: unknown, model: unknown): boolean {
  if (Array.isArray(model)) return Array.isArray(value);
  if (typeof model === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === typeof model;
}

const areTexts = (values: readonly unknown[]) => values.every((value) => typeof value === 'string');

const MIB = 1024 * 1024;
/** What is beyond its shape: settings are edited as text, too. */
const LIMITS: { readonly [K in SettingKey]?: (value: SettingValue<K>) => boolean } = {
  'receiver.sharedPorts': (ports) => ports.every((port) => Number.isInteger(port) && port > 0 && port < 65536),
  'receiver.maxRequestBytes': (bytes) => bytes >= MIB,
  'store.maxBytes': (bytes) => bytes >= 16 * MIB,
  'receiver.allowedHosts': areTexts,
  'receiver.allowedOrigins': areTexts,
  'journal.maxBytes': (bytes) => bytes >= 16 * MIB,
  'journal.maxAgeDays': (days) => Number.isInteger(days) && days >= 0,
  'redaction.secrets': (mode) => REDACTION_MODES.includes(mode),
  'redaction.personalData': (mode) => mode === 'warn' || REDACTION_MODES.includes(mode),
  'redaction.keys': areTexts,
  'forward.protocol': (protocol) => FORWARD_PROTOCOLS.includes(protocol),
  'lint.wrappers': areTexts,
};

/** The one door to settings; `src/host` reads them from VS Code. */
export interface Settings {
  get<K extends SettingKey>(key: K): SettingValue<K>;
}

export function analysisSettings(settings: Settings): AnalysisSettings {
  return {
    enabled: settings.get('lint.enabled'),
    rules: settings.get('lint.rules'),
    wrappers: settings.get('lint.wrappers'),
    evidence: settings.get('lint.evidence'),
    workspace: settings.get('lint.workspace'),
  };
}
