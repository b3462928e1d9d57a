/**
 * The buffers in an answer's members that can change hands instead of being copied: those that a typed array fills wholly. Whoever
 * made the answer must not keep its arrays; the store makes every trace's columns anew.
 */
export function transferables(answer: unknown): ArrayBuffer[] {
  if (typeof answer !== 'object' || answer === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const member of Object.values(answer)) {
    if (!ArrayBuffer.isView(member) || !(member.buffer instanceof ArrayBuffer)) continue;
    if (member.byteLength === member.buffer.byteLength) buffers.add(member.buffer);
  }
  return [...buffers];
}
