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

const FIRST_HUE = 52;
const LAST_HUE = 350;
const HUES = 16;
const TONES = 3;
const SLOTS = HUES * TONES;

/**
 * Gives services their colours: a name's hash decides, and keeps the colour for as long as this lives. Services that would share a
 * colour take the next free one while there is one.
 */
export class ServiceColours {
  private readonly slots = new Map<string, number>();
  private readonly taken = new Set<number>();

  of(service: string): ServiceColour {
    let slot = this.slots.get(service);
    if (slot === undefined) {
      slot = this.freeSlot(hash(service) % SLOTS);
      this.slots.set(service, slot);
      this.taken.add(slot);
    }
    return slotColour(slot);
  }

  private freeSlot(preferred: number): number {
    if (this.taken.size >= SLOTS) return preferred;
    let slot = preferred;
    // A step that shares no factor with the number of slots visits them all, and neighbours look different.
    while (this.taken.has(slot)) slot = (slot + 7) % SLOTS;
    return slot;
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
