import type { AnalysisSettings, RuleLevel } from './analysis';

/** Every setting with its default; package.json says the same, which a test checks. Keys are without the leading `spanline.`. */
export const SETTING_DEFAULTS = {
  /** Record spans of programs started with F5. */
  'capture.enabled': true,
  /** Bring an OpenTelemetry SDK along for programs that have none. */
  'capture.bundledSdk': true,
  /** Durations above the lines that made the spans. */
  'codeLens.enabled': true,
  /** Ports for programs outside a debug session. */
  'receiver.sharedPorts': [4317, 4318] as readonly number[],
  /** Bytes of one request after decompression. */
  'receiver.maxRequestBytes': 64 * 1024 * 1024,
  /** Bytes that the store may hold. */
  'store.maxBytes': 512 * 1024 * 1024,
  'lint.enabled': true,
  'lint.rules': {} as Readonly<Record<string, RuleLevel>>,
  'lint.wrappers': [] as readonly string[],
} as const;

export type SettingKey = keyof typeof SETTING_DEFAULTS;
export type SettingValue<K extends SettingKey> = Widen<(typeof SETTING_DEFAULTS)[K]>;
type Widen<T> = T extends boolean ? boolean : T extends number ? number : T extends string ? string : T;

/** What was configured, or the default where that has another shape or cannot work. */
export function readSetting<K extends SettingKey>(key: K, configured: unknown): SettingValue<K> {
  const fallback: unknown = SETTING_DEFAULTS[key];
  const fits = sameShape(configured, fallback) && (LIMITS[key]?.(configured as never) ?? true);
  return (fits ? configured : fallback) as SettingValue<K>;
}

function sameShape(value: unknown, model: unknown): boolean {
  if (Array.isArray(model)) return Array.isArray(value);
  if (typeof model === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === typeof model;
}

const MIB = 1024 * 1024;
/** What is beyond its shape: settings are edited as text, too. */
const LIMITS: { readonly [K in SettingKey]?: (value: SettingValue<K>) => boolean } = {
  'receiver.sharedPorts': (ports) => ports.every((port) => Number.isInteger(port) && port > 0 && port < 65536),
  'receiver.maxRequestBytes': (bytes) => bytes >= MIB,
  'store.maxBytes': (bytes) => bytes >= 16 * MIB,
  'lint.wrappers': (names) => names.every((name) => typeof name === 'string'),
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
  };
}
