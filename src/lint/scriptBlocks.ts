import { Parser } from 'htmlparser2';
import { ts } from './ts';

export interface ScriptText {
  /** As long as the file's text, with blanks for all that is no script: offsets and lines stay. */
  readonly text: string;
  readonly kind: ts.ScriptKind;
}

/** The scripts of a Vue or Svelte component as one module, which is what their compilers make of them. */
export function scriptOf(text: string): ScriptText {
  const blocks: { start: number; end: number; language: string }[] = [];
  let open: { start: number; language: string } | undefined;
  let depth = 0;
  const parser = new Parser(
    {
      onopentag(name, { lang = 'js' }) {
        if (name === 'script' && depth === 0) open = { start: parser.endIndex + 1, language: lang };
        if (name === 'template') depth++;
      },
      onclosetag(name) {
        if (name === 'template') depth = Math.max(depth - 1, 0);
        if (name !== 'script' || !open) return;
        blocks.push({ ...open, end: parser.startIndex });
        open = undefined;
      },
    },
    { lowerCaseTags: false, recognizeSelfClosing: true },
  );
  parser.end(text.replace(INTERPOLATION, (hole) => hole.replaceAll('<', ' ')));
  let script = '';
  for (const { start, end } of blocks) script += blank(text.slice(script.length, start)) + text.slice(start, end);
  const language = blocks.map((block) => block.language).find((each) => each !== 'js') ?? 'js';
  return { text: script + blank(text.slice(script.length)), kind: KINDS[language] ?? ts.ScriptKind.JS };
}

/** What is compared or quoted there opens no tag. */
const INTERPOLATION = /\{\{[^\n]*?\}\}/g;

const KINDS: Readonly<Record<string, ts.ScriptKind>> = {
  ts: ts.ScriptKind.TS,
  typescript: ts.ScriptKind.TS,
  tsx: ts.ScriptKind.TSX,
  jsx: ts.ScriptKind.JSX,
};

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
