import { execFile } from 'node:child_process';

const PATIENCE_MS = 4_000;

/** Runs a program of the system and gives what it printed; rejects when there is no such program or it fails. */
export type CommandRunner = (program: string, args: readonly string[]) => Promise<string>;

export const runCommand: CommandRunner = (program, args) =>
  new Promise((resolve, reject) => {
    execFile(program, args, { timeout: PATIENCE_MS, windowsHide: true }, (error, printed) => {
      if (error) reject(new Error(`${program}: ${error.message}`));
      else resolve(printed);
    });
  });
