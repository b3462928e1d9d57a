/** Characters that draw what follows in another order than it is written, and those that draw nothing. Joiners stay: emoji need them. */
const DECEIVING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

const RIGHT_TO_LEFT = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
const [ISOLATE, END_OF_ISOLATE] = ['\u2068', '\u2069'];

/**
 * A text that others follow on the same line, where no style can keep them apart: digits that come after a name in Hebrew or Arabic
 * would be drawn within it.
 */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${ISOLATE}${text}${END_OF_ISOLATE}` : text;
}

/** A span's name as it is drawn: senders leave it empty or blank, and what reorders the text around it must not. */
export function shownName(name: string): string {
  return name.trim() === '' ? '(no name)' : name.replace(DECEIVING, '\ufffd');
}
