/** Characters that draw what follows in another order than it is written, and those that draw nothing. Joiners stay: emoji need them. */
const DECEIVING = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** A span's name as it is drawn: senders leave it empty or blank, and what reorders the text around it must not. */
export function shownName(name: string): string {
  return name.trim() === '' ? '(no name)' : name.replace(DECEIVING, '\ufffd');
}
