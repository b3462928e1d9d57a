import { groundsOf } from './grounds';
import type { RuleDocs, RuleExample } from './docs';
import type { RuleMeta } from './rule';

/** A rule's page in Markdown: what goes wrong, what to do, examples with the faults marked by comments. */
export function rulePage(rule: RuleMeta, docs: RuleDocs): string {
  const shown = docs.examples.filter((example) => !example.hidden);
  const bad = shown.filter(({ code }) => code.includes('«'));
  const good = shown.filter(({ code }) => !code.includes('«'));
  const sections = [
    `# ${rule.title}`,
    `\`${rule.id}\``,
    unwrapped(docs.why),
    `## Remedy\n\n${unwrapped(docs.remedy)}`,
    `## Found\n\n${bad.map(badExample).join('\n\n')}`,
    `## Left alone\n\n${[docs.leavesAlone ? unwrapped(docs.leavesAlone) : '', ...good.map(goodExample)].filter((part) => part !== '').join('\n\n')}`,
    `## Level and exceptions\n\n${levels(rule.id)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}

/** Paragraphs as one line each. */
export function unwrapped(markdown: string): string {
  return markdown
    .trim()
    .split(/\n{2,}/)
    .map((paragraph) => (/^[-|]/.test(paragraph) ? paragraph : paragraph.replace(/\n/g, ' ')))
    .join('\n\n');
}

function badExample(example: RuleExample): string {
  const parts = [`### ${example.name}`, fence(example, pointedOut(example.code))];
  for (const [title, code] of Object.entries(example.fixed ?? {})) parts.push(`Fix: ${title}`, fence(example, code));
  return parts.join('\n\n');
}

function goodExample(example: RuleExample): string {
  return `### ${example.name}\n\n${fence(example, example.code)}`;
}

function fence(example: RuleExample, code: string): string {
  return `\`\`\`${example.language ?? 'ts'}\n${code.trim()}\n\`\`\``;
}

/** The code with a comment below each line that holds a fault, pointing at it. */
function pointedOut(marked: string): string {
  const lines = marked.trim().split('\n');
  return lines
    .flatMap((line, index) => {
      const plain = line.replace(/[«»]/g, '');
      return line.includes('«') ? [plain, pointer(line, indentBelow(plain, lines[index + 1]))] : [plain];
    })
    .join('\n');
}

/** Formatters put a comment where the statement after it begins. */
function indentBelow(line: string, next: string | undefined): number {
  const indentOf = (text: string) => text.length - text.trimStart().length;
  return next === undefined || /^\s*[})\]]/.test(next) || next.trim() === '' ? indentOf(line) : indentOf(next);
}

function pointer(line: string, indent: number): string {
  let drawn = '';
  let inside = false;
  for (const character of line) {
    if (character === '«') inside = true;
    else if (character === '»') inside = false;
    else drawn += inside ? '~' : ' ';
  }
  const room = drawn.trimEnd().slice(indent + 2);
  return `${' '.repeat(indent)}//${room.startsWith('~') || room.trim() === '' ? ` ${drawn.trim()}` : room}`;
}

const SHOWN = [
  ['certain', 'A warning when'],
  ['likely', 'Information when'],
  ['possible', 'A hint when'],
] as const;

/** On what grounds findings are shown as what. */
function howSure(id: string): string[] {
  const grounds = groundsOf(id);
  if (grounds.length === 0) return [];
  const lists = SHOWN.map(([confidence, title]) => {
    const says = grounds.filter((each) => each.confidence === confidence).map((each) => `- ${each.says}`);
    return says.length === 0 ? '' : `${title}\n\n${says.join('\n')}`;
  });
  return [
    ...lists.filter((list) => list !== ''),
    'Of several that hold, the least sure decides. What a program shows while it runs moves a finding: one that is proven is a warning.',
  ];
}

export function levels(id: string): string {
  return [
    ...howSure(id),
    'To set another level, or to switch the rule off:',
    `\`\`\`json\n"spanline.lint.rules": { "${id}": "error" }\n\`\`\``,
    'To allow one place, say why:',
    `\`\`\`ts\n// spanline-disable-next-line ${id} -- the reason\n\`\`\``,
  ].join('\n\n');
}
