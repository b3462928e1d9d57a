/** An order of three: each comes first, second and last equally often, before and after each other. */
export function turns(round: number): readonly number[] {
  const first = round % 3;
  const order = [first, (first + 1) % 3, (first + 2) % 3];
  return Math.floor(round / 3) % 2 === 0 ? order : order.reverse();
}
