/** A span's name as it is drawn: senders leave it empty or blank. */
export function shownName(name: string): string {
  return name.trim() === '' ? '(no name)' : name;
}
