import { existsSync, rmSync, writeFileSync } from 'node:fs';

/** Remembers that a database gave an error that only damage explains: the next start looks at all of it, indexes too. */
export function markSuspect(databaseFile: string): void {
  writeFileSync(pathBeside(databaseFile), '', { mode: 0o600 });
}

export function isSuspect(databaseFile: string): boolean {
  return existsSync(pathBeside(databaseFile));
}

export function clearSuspicion(databaseFile: string): void {
  rmSync(pathBeside(databaseFile), { force: true });
}

function pathBeside(databaseFile: string): string {
  return `${databaseFile}.suspect`;
}
