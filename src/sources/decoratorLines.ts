/** `(0, _common.Get)(':id'),` and `Get(':id')`, alone on their line. */
const CALL = /^\s*(?:\(0,\s*)?(?:[\w$]+\.)*([\w$]+)\)?\((.*)$/;
const DECORATOR = /@(?:[\w$]+\.)*([\w$]+)\(/g;

/**
 * The line of a source whose decorator became a call on this line of the code, both from 0; -1 where nothing tells. Some compilers (SWC)
 * write decorators anew and map none of them, but keep their order: the first of those that read alike is the first in both.
 */
export function decoratorLine(generated: readonly string[], source: readonly string[], line: number): number {
  const wanted = callOn(generated[line] ?? '');
  if (wanted === undefined) return -1;
  const calls = generated.flatMap((text, index) => (callOn(text) === wanted ? [index] : []));
  const decorators = source.flatMap((text, index) =>
    decoratorsOn(text)
      .filter((each) => each === wanted)
      .map(() => index),
  );
  return calls.length === decorators.length ? decorators[calls.indexOf(line)] : -1;
}

function callOn(text: string): string | undefined {
  const match = CALL.exec(text);
  return match ? `${match[1]}(${plainArguments(match[2])}` : undefined;
}

function decoratorsOn(text: string): string[] {
  return [...text.matchAll(DECORATOR)].map(
    (match) => `${match[1]}(${plainArguments(text.slice(match.index + match[0].length))}`,
  );
}

/** Up to the bracket that closes them, or to the end of the line, without what formatters change. */
function plainArguments(text: string): string {
  let depth = 0;
  let end = 0;
  for (; end < text.length; end++) {
    if (text[end] === '(') depth++;
    else if (text[end] === ')' && depth-- === 0) break;
  }
  return text.slice(0, end).replace(/\s/g, '').replaceAll('"', "'");
}
