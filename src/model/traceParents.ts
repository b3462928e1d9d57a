import { SPAN_KINDS } from './span';
import type { TreeSpans } from './treeSpans';

const SERVER = SPAN_KINDS.indexOf('server');
const CLIENT = SPAN_KINDS.indexOf('client');
/** Of spans that share an id so many are considered as parents. */
const CONSIDERED = 64;
const NOBODY = -1;

/** Parent of each span by its place, -1 for none, without cycles; and which spans name a parent that they do not get. */
export function resolveParents(rows: TreeSpans): { parent: Int32Array; orphan: Uint8Array } {
  const parent = new Int32Array(rows.count);
  const orphan = new Uint8Array(rows.count);
  const ids = new IdIndex(rows.spanIds, rows.count);
  /** The span before with a parent whose id nobody shares: the next one is often its sibling. */
  let sibling = NOBODY;
  for (let span = 0; span < rows.count; span++) {
    parent[span] = clientHalf(rows, ids, span);
    if (parent[span] !== NOBODY) continue;
    const [a, b] = [rows.parentIds[2 * span], rows.parentIds[2 * span + 1]];
    if ((a | b) === 0) continue;
    if (sibling !== NOBODY && rows.parentIds[2 * sibling] === a && rows.parentIds[2 * sibling + 1] === b) {
      if (parent[sibling] !== span) {
        parent[span] = parent[sibling];
        continue;
      }
    }
    const first = ids.first(a, b);
    const isOnly = first !== NOBODY && first !== span && ids.next(first) === NOBODY;
    if (isOnly) sibling = span;
    parent[span] = isOnly ? first : parentOf(rows, ids, span, first);
    if (parent[span] === NOBODY) orphan[span] = 1;
  }
  cutCycles(rows, parent, orphan);
  return { parent, orphan };
}

/**
 * Zipkin's clients and servers share one span id and one parent. The server's half happens inside the client's:
 *
 *     client |--------------|
 *     server    |-------|       same id
 */
function clientHalf({ kind }: TreeSpans, ids: IdIndex, span: number): number {
  if (kind[span] !== SERVER || !ids.isShared(span)) return NOBODY;
  let twin = ids.sameAs(span);
  for (let i = 0; i < CONSIDERED && twin !== NOBODY; i++, twin = ids.next(twin)) if (kind[twin] === CLIENT) return twin;
  return NOBODY;
}

/** Of several spans with the parent's id: one in the child's own service, else the server's half, else the first. */
function parentOf({ kind, service }: TreeSpans, ids: IdIndex, span: number, first: number): number {
  let best = NOBODY;
  let bestScore = -1;
  let candidate = first;
  for (let i = 0; i < CONSIDERED && candidate !== NOBODY; i++, candidate = ids.next(candidate)) {
    if (candidate === span) continue;
    const score = (service[candidate] === service[span] ? 2 : 0) + (kind[candidate] === SERVER ? 1 : 0);
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/** Of spans that descend from each other the earliest becomes a root. */
function cutCycles({ count, start }: TreeSpans, parent: Int32Array, orphan: Uint8Array): void {
  /** Which walk came by: a walk that meets its own mark has gone round. */
  const walk = new Int32Array(count);
  for (let from = 0; from < count; from++) {
    let span = from;
    while (span !== NOBODY && walk[span] === 0) {
      walk[span] = from + 1;
      span = parent[span];
    }
    if (span === NOBODY || walk[span] !== from + 1) continue;
    let earliest = span;
    for (let other = parent[span]; other !== span; other = parent[other]) {
      if (start[other] < start[earliest]) earliest = other;
    }
    parent[earliest] = NOBODY;
    orphan[earliest] = 1;
  }
}

/** Places by span id; those of one id are a list. */
class IdIndex {
  /** Place + 1 of the first with an id; open addressing, a power of two. */
  private readonly table: Int32Array;
  private readonly following: Int32Array;
  /** 1 for places whose id others have too. */
  private readonly shared: Uint8Array;

  constructor(
    private readonly ids: Uint32Array,
    count: number,
  ) {
    this.table = new Int32Array(2 ** Math.ceil(Math.log2(2 * count + 1)));
    this.following = new Int32Array(count).fill(NOBODY);
    this.shared = new Uint8Array(count);
    // From the back, so that the first of an id is the first of its list.
    for (let place = count - 1; place >= 0; place--) {
      const at = this.find(ids[2 * place], ids[2 * place + 1]);
      if (this.table[at] !== 0) {
        this.following[place] = this.table[at] - 1;
        this.shared[place] = this.shared[this.following[place]] = 1;
      }
      this.table[at] = place + 1;
    }
  }

  first(a: number, b: number): number {
    return this.table[this.find(a, b)] - 1;
  }

  /** The first span with the id of `place`. */
  sameAs(place: number): number {
    return this.first(this.ids[2 * place], this.ids[2 * place + 1]);
  }

  next(place: number): number {
    return this.following[place];
  }

  isShared(place: number): boolean {
    return this.shared[place] !== 0;
  }

  private find(a: number, b: number): number {
    const { table, ids } = this;
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 0xc2b2ae35);
    const mask = table.length - 1;
    for (let at = (hash ^ (hash >>> 13)) & mask; ; at = (at + 1) & mask) {
      const place = table[at] - 1;
      if (place < 0 || (ids[2 * place] === a && ids[2 * place + 1] === b)) return at;
    }
  }
}
