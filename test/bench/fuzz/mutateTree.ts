import type { Random } from '../lib/random';
import { cloneTree, listsOf, type Field } from './wireTree';

/** Changes one message of the tree; `list` has at least one field, `at` is one of them. */
type TreeMutation = (list: Field[], at: number, random: Random, other: readonly Field[]) => void;

const LENGTH = 2;
const GROUP_START = 3;
const NO_BYTES = new Uint8Array(0);
const ODD_NUMBERS = [1, 2, 3, 4, 5, 6, 7, 9, 15, 16, 1000, 18_999, 536_870_911];
/** Of five and of ten bytes; too many; the largest; one that is not ended. */
const ODD_VARINTS = [
  'ffffffff0f',
  '80808080808080808001',
  'ffffffffffffffffff01',
  'ffffffffffffffffffff01',
  '8080',
  '00',
];

const MUTATIONS: readonly TreeMutation[] = [
  (list, at) => void list.splice(at, 1),
  (list, at) => void list.push(...cloneTree([list[at]])),
  (list, at, random) => void list.splice(random.below(list.length), 0, ...list.splice(at, 1)),
  (list, at, random) => void (list[at].number = random.pick(ODD_NUMBERS)),
  (list, at, random) => void (list[at].wire = random.below(8)),
  (list, at, random) => void (list[at].lengthLie = random.pick([-2, -1, 1, 2, 127, 2 ** 31, 2 ** 32, 2 ** 35])),
  (list, at, random) => void (list[at].padding = 1 + random.below(10)),
  (list, at, random) => replaceValue(list[at], random),
  (list, _at, random) => void list.splice(random.below(list.length + 1), 0, unknownField(random)),
  (list, at, random) => void list.splice(at, 0, group(random)),
  (list, at, random) => nest(list[at], random),
  spliceIn,
  spliceIn,
];

/** One to three faults that keep, but where they lie on purpose, every length around them right. */
export function mutateTree(tree: readonly Field[], random: Random, other: readonly Field[]): Field[] {
  const mutated = cloneTree(tree);
  for (let left = 1 + random.below(3); left > 0; left--) {
    const lists = listsOf(mutated).filter(({ length }) => length > 0);
    if (lists.length === 0) break;
    const list = random.pick(lists);
    random.pick(MUTATIONS)(list, random.below(list.length), random, other);
  }
  return mutated;
}

function replaceValue(field: Field, random: Random): void {
  field.children = undefined;
  if (field.wire === 0) field.bytes = Buffer.from(random.pick(ODD_VARINTS), 'hex');
  else if (field.wire === LENGTH) field.bytes = random.bytes(random.pick([0, 1, 7, 8, 9, 15, 16, 17, 24, 64]));
  else field.bytes = Uint8Array.from(field.bytes, () => random.pick([0, 0xff, 0x80]));
}

function unknownField(random: Random): Field {
  const wire = random.pick([0, 1, 2, 5]);
  const bytes = { 0: Buffer.from(random.pick(ODD_VARINTS), 'hex'), 1: random.bytes(8), 5: random.bytes(4) }[wire];
  return { number: 17 + random.below(3_000), wire, bytes: bytes ?? random.bytes(random.below(40)) };
}

/** Groups within groups; sometimes deeper than anybody reads. */
function group(random: Random): Field {
  const number = 1 + random.below(40);
  const levels = random.pick([1, 2, 5, 63, 64, 65, 101, 150]);
  let inner: Field = { number, wire: GROUP_START, bytes: NO_BYTES, children: [unknownField(random)] };
  for (let level = 1; level < levels; level++)
    inner = { number, wire: GROUP_START, bytes: NO_BYTES, children: [inner] };
  return inner;
}

/** Puts lists of lists around what the field holds, as attribute values are nested. */
function nest(field: Field, random: Random): void {
  if (field.wire !== LENGTH) return;
  const levels = random.pick([1, 2, 10, 30, 63, 64, 65, 80]);
  for (let level = 0; level < levels; level++) {
    const inner: Field = { number: 1, wire: LENGTH, bytes: field.bytes, children: field.children };
    field.children = [{ number: random.pick([5, 5, 5, 6]), wire: LENGTH, bytes: NO_BYTES, children: [inner] }];
  }
}

function spliceIn(list: Field[], at: number, random: Random, other: readonly Field[]): void {
  const donor = random.pick(listsOf(cloneTree(other)).filter(({ length }) => length > 0));
  list.splice(at, random.below(2), random.pick(donor));
}
