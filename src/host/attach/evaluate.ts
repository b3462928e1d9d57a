/** Evaluates an expression in a running program and gives its value as text; rejects where the program throws or is silent. */
export type Evaluate = (expression: string) => Promise<string>;

/** What the separate bundle `dist/inspector.js` exports. */
export interface InspectorModule {
  /** `url`: a `ws:` URL that speaks the Chrome DevTools Protocol. */
  withInspector<T>(url: string, talk: (evaluate: Evaluate) => Promise<T>): Promise<T>;
}
