/** A text as far as source tells it: the pieces that are written down, between what is only known at run time. */
export type Pieces = readonly string[];

/** Nothing is known of it. */
export const HOLE: Pieces = ['', ''];

/** One text after the other. */
export function joined(parts: readonly Pieces[]): Pieces {
  let pieces: string[] = [''];
  for (const [first, ...rest] of parts) {
    pieces = [...pieces.slice(0, -1), pieces[pieces.length - 1] + first, ...rest];
  }
  // Two holes with nothing between them are one.
  return pieces.filter((piece, i) => piece !== '' || i === 0 || i === pieces.length - 1);
}

/** A text with holes where `placeholder` (global) matches; what `unescape` says of the rest. */
export function withHoles(
  text: string,
  placeholder: RegExp,
  unescape: (piece: string) => string = (piece) => piece,
): Pieces {
  return joined(
    text.split(placeholder).flatMap((piece, i) => (i === 0 ? [[unescape(piece)]] : [HOLE, [unescape(piece)]])),
  );
}

/** C's, Go's and Java's directives: `%s`, `%-5.2f`, `%1$s`; `%%` is a sign. */
export function printfPieces(text: string): Pieces {
  return withHoles(text, /%(?:\d+\$)?[-+ #0,(]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[a-zA-Z]/, (piece) =>
    piece.replaceAll('%%', '%'),
  );
}

/** Python's and .NET's: `{}`, `{0:x}`, `{name!r}`; doubled braces are braces. */
export function bracePieces(text: string): Pieces {
  return withHoles(text, /(?<!\{)\{(?!\{)[^{}]*\}/, (piece) => piece.replaceAll('{{', '{').replaceAll('}}', '}'));
}

/** The text of pieces without a hole. */
export function wholeText(pieces: Pieces | undefined): string | undefined {
  return pieces?.length === 1 ? pieces[0] : undefined;
}

/** Whether enough of it is written down to tell spans by it. */
export function tellsSomething(pieces: Pieces): boolean {
  return pieces.some((piece) => /[\p{L}\p{N}]/u.test(piece));
}

/** `GET /users/:id`; without a method the path alone. Undefined for a path of which nothing is known. */
export function routeName(method: string | undefined, path: Pieces): Pieces | undefined {
  if (path.length > 1 && !tellsSomething(path)) return undefined;
  return method === undefined ? path : joined([[`${method} `], path]);
}

/** `/api/` and `users/:id`: one route. Pieces that are empty add nothing. */
export function joinedPath(prefix: Pieces, path: Pieces): Pieces {
  const before = prefix[prefix.length - 1].endsWith('/') ? trimmedEnd(prefix) : prefix;
  if (before.join('') === '' && before.length === 1) return path;
  if (path.join('') === '' && path.length === 1) return before;
  return joined([before, path[0].startsWith('/') || path[0] === '' ? [''] : ['/'], path]);
}

function trimmedEnd(pieces: Pieces): Pieces {
  return [...pieces.slice(0, -1), pieces[pieces.length - 1].replace(/\/+$/, '')];
}
