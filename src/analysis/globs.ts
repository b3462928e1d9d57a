/**
 * The pattern of a glob for paths with forward slashes: `*` and `?` stay within a folder, `**` goes through any number of them, and a
 * glob that names a folder means all below it.
 */
export function globPattern(glob: string): RegExp {
  const plain = glob.replace(/^\.?\//, '').replace(/\/$/, '');
  let pattern = '';
  for (let at = 0; at < plain.length; at++) {
    const rest = plain.slice(at);
    if (rest.startsWith('**/')) {
      pattern += '(?:[^/]+/)*';
      at += 2;
    } else if (rest.startsWith('**')) {
      pattern += '.*';
      at += 1;
    } else if (rest[0] === '*') pattern += '[^/]*';
    else if (rest[0] === '?') pattern += '[^/]';
    else pattern += rest[0].replace(/[.+^${}()|[\]\\]/, '\\$&');
  }
  return new RegExp(`^${pattern}(?:/.*)?$`);
}
