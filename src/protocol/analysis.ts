/** What the user set for one folder. */
export interface AnalysisSettings {
  readonly enabled: boolean;
  /** Level by rule id; a rule that is not named has the default of its confidence. */
  readonly rules: Readonly<Record<string, RuleLevel>>;
  /** Functions that wrap span creation: `traced(name, fn)`; the first string argument is the span's name. */
  readonly wrappers: readonly string[];
  /** What programs did at run time weighs the findings; left out: it does not. */
  readonly evidence?: boolean;
  /** All files of the folder are looked at in the background, not only those that are open; left out: they are not. */
  readonly workspace?: boolean;
}

export const RULE_LEVELS = ['default', 'off', 'hint', 'information', 'warning', 'error'] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];

/** Under this name a comment is reported that keeps nothing from being reported. */
export const UNUSED_SUPPRESSION = 'unused-suppression';

/**
 * How the server's process is started: megabytes that types may take before it is restarted by the lack of memory rather than the
 * machine by its swap, and room for what is young. A look at a file makes half a megabyte that
 * is soon forgotten; in the room that Node gives, every twentieth keystroke would wait for it to be cleared.
 */
export const SERVER_FLAGS: readonly string[] = ['--max-old-space-size=1536', '--max-semi-space-size=32'];

/** Environment variable: the folder where the compiled code of the analysis is kept between processes. */
export const CODE_CACHE_VARIABLE = 'SPANLINE_CODE_CACHE';

/** `source` of every diagnostic. */
export const DIAGNOSTIC_SOURCE = 'spanline';

/** Language ids that the analysis reads. */
export const ANALYSED_LANGUAGES = [
  'typescript',
  'typescriptreact',
  'javascript',
  'javascriptreact',
  'vue',
  'svelte',
] as const;

/** Payload of `workspace/didChangeConfiguration`; a folder's own settings go before those for all. */
export interface AnalysisConfiguration {
  readonly all: AnalysisSettings;
  readonly folders: readonly { readonly uri: string; readonly settings: AnalysisSettings }[];
}

/** Notification to the server: the span sites of the workspace are wanted, all of them. */
export const INDEX_SITES = 'spanline/indexSites';
/** Notification from the server: a {@link SpanSitesChange}. */
export const SPAN_SITES = 'spanline/spanSites';

/** Request to the client: an `EvidenceQuery`, answered by a `FileEvidence`. Sent only to clients that say that they answer it. */
export const EVIDENCE = 'spanline/evidence';
/** Notification to the server: an {@link EvidenceChange}. */
export const EVIDENCE_CHANGED = 'spanline/evidenceChanged';

export interface EvidenceChange {
  /** Files whose spans say something else now, as `pathKey` writes them; undefined: any may. */
  readonly paths?: readonly string[];
}

/** Which text of a file each run was of: what a server knows that nobody could find out again once the file was written. */
export interface KeptRunTexts {
  readonly uri: string;
  /** `writtenAt`: milliseconds since 1970. Lines are without the white space around them. */
  readonly texts: readonly { readonly writtenAt: number; readonly text: string }[];
  readonly runs: readonly {
    readonly run: string;
    /** Of its text. */
    readonly writtenAt: number;
    /** Where spans have come from since. */
    readonly threads: readonly string[];
    readonly lines: readonly number[];
    /** Spans that began before are of an older text. */
    readonly since?: number;
  }[];
}

/** Notification to the client: {@link KeptRunTexts}, to be kept for the server that follows when this one is killed. */
export const KEEP_RUN_TEXTS = 'spanline/keepRunTexts';
/** Request to the client with the URI of a file, answered by the last {@link KeptRunTexts} of it, or null. */
export const KEPT_RUN_TEXTS = 'spanline/keptRunTexts';

/** Notification to the server: all files of the workspace shall be looked at, now. */
export const CHECK_WORKSPACE = 'spanline/checkWorkspace';
/** Title of the progress that the server shows meanwhile. */
export const CHECK_TITLE = 'Spanline: checking the workspace';

/** `initializationOptions` of the language server. Another editor may leave all of it out. */
export interface AnalysisInitialization {
  readonly configuration?: AnalysisConfiguration;
  /** URI of the folder that holds a page for each rule: `<folder>/<rule>.md`. Diagnostics link there. */
  readonly rulePages?: string;
  /** The client answers {@link EVIDENCE}. */
  readonly evidence?: boolean;
  /** The client takes {@link KEEP_RUN_TEXTS} and answers {@link KEPT_RUN_TEXTS}. */
  readonly runTexts?: boolean;
  /** `pull`: the client asks for the diagnostics of open documents; otherwise it is told. */
  readonly diagnostics?: 'push' | 'pull';
}
