/**
 * A service's colour as a place on a colour wheel; the view makes it light or dark for its theme. Hues near red are left out:
 * red means an error.
 */
export interface ServiceColour {
  /** Degrees of OKLCH. */
  readonly hue: number;
  /** 0, 1 or 2: tells services apart that share a hue. */
  readonly tone: number;
}

const FIRST_HUE = 55;
const LAST_HUE = 350;
const HUES = 11;
export const TONES = 3;
const SLOTS = HUES * TONES;
/** Shares no factor with HUES, so that it visits them all; neighbours in the search look different. */
const HUE_STEP = 4;

/**
 * Gives services their colours. A name's hash decides; a service whose hue is taken gets the next free hue, and when all are in use
 * another tone. What was given stays for as long as this lives.
 */
export class ServiceColours {
  private readonly slots = new Map<string, number>();
  private readonly taken = new Set<number>();

  /** Gives colours to all of a trace's services at once, in the order of their names, not of their arrival. */
  assign(services: readonly string[]): void {
    const fresh = services.filter((service) => !this.slots.has(service));
    for (const service of fresh.sort()) this.of(service);
  }

  of(service: string): ServiceColour {
    let slot = this.slots.get(service);
    if (slot === undefined) {
      slot = this.freeSlot(hash(service));
      this.slots.set(service, slot);
      this.taken.add(slot);
    }
    return slotColour(slot);
  }

  private freeSlot(hashed: number): number {
    for (let tone = 0; tone < TONES; tone++) {
      for (let tried = 0; tried < HUES; tried++) {
        const slot = tone * HUES + ((hashed + tried * HUE_STEP) % HUES);
        if (!this.taken.has(slot)) return slot;
      }
    }
    return hashed % SLOTS;
  }
}

function slotColour(slot: number): ServiceColour {
  const hue = FIRST_HUE + ((slot % HUES) * (LAST_HUE - FIRST_HUE)) / (HUES - 1);
  return { hue: Math.round(hue), tone: Math.floor(slot / HUES) };
}

/** FNV-1a over UTF-16 units, with a final mix so that similar names land far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
