import { levels, unwrapped } from '../rulePage';
import type { RunTimeRule, RunTimeRuleDocs } from './runTimeRule';

/** The page of a rule of the run time, in Markdown. */
export function runTimePage({ id, title, inSource }: RunTimeRule, docs: RunTimeRuleDocs): string {
  const others = inSource.map((rule) => `[${rule}](${rule}.md)`).join(', ');
  const sections = [
    `# ${title}`,
    `\`${id}\``,
    unwrapped(docs.why),
    `> ${docs.says}`,
    `## Remedy\n\n${unwrapped(docs.remedy)}`,
    `## How it is told\n\n${unwrapped(docs.evidence)}`,
    `It is reported at the line that makes the spans, of the latest run that reached it, and goes when the line's text is another or \`spanline.lint.evidence\` is off.${others === '' ? '' : ` Where ${others} tells of the fault in the source, it is not told twice.`}`,
    `## Level and exceptions\n\n${levels(id)}`,
  ];
  return `${sections.join('\n\n')}\n`;
}
