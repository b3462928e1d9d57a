/**
 * Performs a check, and once more when it finds faults: machines that run tests are busy. What went wrong at first is
 * printed, marked for the last lines of `npm test`; what fails for a reason fails again.
 */
export async function withSecondTry(name: string, check: () => Promise<readonly string[]>): Promise<readonly string[]> {
  const attempt = () => check().catch((error: unknown) => [String(error)]);
  const first = await attempt();
  if (first.length === 0) return first;
  console.log([`↻ ${name}`, ...first.map((fault) => `    ${fault}`)].join('\n'));
  return attempt();
}
