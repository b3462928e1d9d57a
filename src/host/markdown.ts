/** Text of a program as it may stand in Markdown: shown as it is, whatever it holds. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/^ +| +$/g, '');
}

/** Text as code: back-ticks inside are kept by a longer fence, line breaks and column bars cannot break a table. */
export function codeSpan(text: string): string {
  const flat = text.replace(/\s+/g, ' ').replaceAll('|', '¦').trim() || ' ';
  const longest = Math.max(0, ...(flat.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}

/** A link that opens a line of a file; `path` absolute, `line` 1-based. */
export function fileLink(label: string, path: string, line: number): string {
  const slashed = path.replaceAll('\\', '/');
  const url = encodeURI(slashed.startsWith('/') ? slashed : `/${slashed}`).replace(/[#?()]/g, percentEncoded);
  return `[${escapeMarkdown(label)}](file://${url}#${line})`;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16)}`;
}

/** A link that runs a command; the hover has to allow that command. */
export function commandLink(label: string, command: string, args: readonly unknown[]): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
