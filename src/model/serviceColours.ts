/**
 * A service's colour as a place on a colour wheel; the view makes it light or dark for its theme. Hues near red are left out:
 * red means an error.
 */
export interface ServiceColour {
  /** Degrees of OKLCH. */
  readonly hue: number;
  /** 0, 1 or 2: tells services apart that share a hue. */
  readonly tone: number;
  /** 0: none; 1 or 2: of one direction or the other. Tell services apart that share hue and tone. */
  readonly stripes: number;
}

/** Name and number of a colour, to be given to another {@link ServiceColours}. */
export type GivenColour = readonly [service: string, slot: number];

const FIRST_HUE = 55;
const LAST_HUE = 350;
const HUES = 11;
export const TONES = 3;
export const STRIPES = 3;
const PLAIN = HUES * TONES;
export const SLOTS = PLAIN * STRIPES;
/** Shares no factor with HUES, so that it visits them all; neighbours in the search look different. */
const HUE_STEP = 4;

/**
 * Gives services their colours. A name's hash decides; a service whose hue is taken gets the next free hue, when all are in use
 * another tone, and after that stripes. What was given stays for as long as this lives, and as long as it is handed on by `given`.
 */
export class ServiceColours {
  private readonly slots = new Map<string, number>();
  private readonly taken = new Set<number>();

  constructor(given: Iterable<GivenColour> = []) {
    for (const [service, slot] of given) if (!this.taken.has(slot)) this.give(service, slot);
  }

  /** What is worth keeping: as many as there are plain colours, those of the traces assigned last. */
  get given(): readonly GivenColour[] {
    return [...this.slots].slice(-PLAIN);
  }

  /** Gives colours to all of a trace's services at once, in the order of their names, not of their arrival. */
  assign(services: readonly string[]): void {
    const fresh = services.filter((service) => !this.slots.has(service));
    for (const service of fresh.sort()) this.of(service);
    for (const service of services) this.renew(service);
  }

  /** The same for services that are known of and not shown yet: whichever of them is shown first, all look the same. */
  foresee(services: readonly string[]): void {
    if (services.length <= PLAIN) this.assign(services);
  }

  of(service: string): ServiceColour {
    return slotColour(this.slots.get(service) ?? this.give(service, this.freeSlot(hash(service))));
  }

  private give(service: string, slot: number): number {
    this.slots.set(service, slot);
    this.taken.add(slot);
    return slot;
  }

  /** Those used last stand last. */
  private renew(service: string): void {
    const slot = this.slots.get(service)!;
    this.slots.delete(service);
    this.slots.set(service, slot);
  }

  private freeSlot(hashed: number): number {
    for (let round = 0; round < SLOTS; round += HUES) {
      for (let tried = 0; tried < HUES; tried++) {
        const slot = round + ((hashed + tried * HUE_STEP) % HUES);
        if (!this.taken.has(slot)) return slot;
      }
    }
    return hashed % SLOTS;
  }
}

function slotColour(slot: number): ServiceColour {
  const hue = FIRST_HUE + ((slot % HUES) * (LAST_HUE - FIRST_HUE)) / (HUES - 1);
  const tone = Math.floor(slot / HUES) % TONES;
  return { hue: Math.round(hue), tone, stripes: Math.floor(slot / PLAIN) };
}

/** FNV-1a over UTF-16 units, with a final mix so that similar names land far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
