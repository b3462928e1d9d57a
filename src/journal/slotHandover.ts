import { setTimeout as wait } from 'node:timers/promises';
import { heldSlots, JournalSlot, type SlotHolder } from './journalSlot';
import { listSegments } from './segmentFiles';
import { SlotRequest } from './slotRequest';

const LOOK_MS = 25;
/** Longer than a holder needs to find out that nobody looks at it any more. */
const PATIENCE_MS = 5_000;

/**
 * Asks the engines that hold slots beside `own` to let go. A window that lost its connection leaves an engine behind that may live on for
 * hours, with the slot of the very window that is loaded next. Resolves to the slots that were let go of, once every holder has
 * answered, or was given up, or `signal` is given. Undefined when there is nobody to ask.
 */
export function askForSlots(
  parent: string,
  own: JournalSlot,
  holder: SlotHolder,
  signal: AbortSignal,
): Promise<JournalSlot[]> | undefined {
  const requests = heldSlots(parent, own)
    .filter(hasContent)
    .map((folder) => new SlotRequest(folder));
  return requests.length === 0 ? undefined : waitFor(requests, holder, signal);
}

async function waitFor(
  requests: readonly SlotRequest[],
  holder: SlotHolder,
  signal: AbortSignal,
): Promise<JournalSlot[]> {
  const deadline = performance.now() + PATIENCE_MS;
  const slots: JournalSlot[] = [];
  let open = requests;
  while (open.length > 0 && !signal.aborted && performance.now() < deadline) {
    open = open.filter((request) => {
      // Asked before it is tried: what was let go of in the same moment is no refusal.
      const isOpen = request.ask();
      const slot = JournalSlot.takeOver(request, holder);
      if (slot) slots.push(slot);
      return isOpen && !slot;
    });
    if (open.length > 0) await wait(LOOK_MS);
  }
  for (const request of open) request.withdraw();
  return slots;
}

function hasContent(folder: string): boolean {
  try {
    return listSegments(folder).length > 0;
  } catch {
    return false;
  }
}
