/** What a key does among the rows; the caller does it. */
export type RowAction =
  | { readonly kind: 'move'; readonly by: number }
  | { readonly kind: 'page'; readonly direction: 1 | -1 }
  | { readonly kind: 'edge'; readonly end: 'first' | 'last' }
  | { readonly kind: 'fold' | 'unfold' | 'open' | 'clear' | 'zoomToSpan' | 'zoomReset' }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly by: number };

/** What a key does anywhere in the waterfall, but in a text field. */
export type ViewAction = 'search' | 'nextMatch' | 'previousMatch' | 'follow' | 'critical' | 'details' | 'keys';

/** The part of a KeyboardEvent that matters. */
export interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const ZOOM_STEP = 1.5;
const PAN_STEP = 0.15;

export function rowAction(pressed: Key): RowAction | undefined {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey) return undefined;
  if (pressed.shiftKey && pressed.key === 'ArrowLeft') return { kind: 'pan', by: -PAN_STEP };
  if (pressed.shiftKey && pressed.key === 'ArrowRight') return { kind: 'pan', by: PAN_STEP };
  switch (pressed.key) {
    case 'ArrowDown':
      return { kind: 'move', by: 1 };
    case 'ArrowUp':
      return { kind: 'move', by: -1 };
    case 'PageDown':
      return { kind: 'page', direction: 1 };
    case 'PageUp':
      return { kind: 'page', direction: -1 };
    case 'Home':
      return { kind: 'edge', end: 'first' };
    case 'End':
      return { kind: 'edge', end: 'last' };
    case 'ArrowLeft':
      return { kind: 'fold' };
    case 'ArrowRight':
      return { kind: 'unfold' };
    case 'Enter':
      return { kind: 'open' };
    case 'Escape':
      return { kind: 'clear' };
    case 'z':
      return { kind: 'zoomToSpan' };
    case '0':
      return { kind: 'zoomReset' };
    case '+':
    case '=':
      return { kind: 'zoom', factor: 1 / ZOOM_STEP };
    case '-':
      return { kind: 'zoom', factor: ZOOM_STEP };
    default:
      return undefined;
  }
}

export function viewAction(pressed: Key): ViewAction | undefined {
  const command = pressed.ctrlKey || pressed.metaKey;
  if (command) return pressed.key.toLowerCase() === 'f' && !pressed.altKey ? 'search' : undefined;
  if (pressed.altKey) return undefined;
  switch (pressed.key) {
    case '/':
      return 'search';
    case 'n':
      return 'nextMatch';
    case 'N':
      return 'previousMatch';
    case 'f':
      return 'follow';
    case 'c':
      return 'critical';
    case 'd':
      return 'details';
    case '?':
      return 'keys';
    default:
      return undefined;
  }
}
