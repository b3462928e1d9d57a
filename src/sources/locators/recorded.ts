import type { Locator } from './locator';

/**
 * What stands in the span's own attributes: the program's `code.*`, or the call site that the preload captured, which was made
 * into such attributes on entry (see callSites.ts).
 */
export const recorded: Locator = {
  id: 'recorded',
  locate: ({ span }) => span.location,
};
