import { spawn } from 'node:child_process';
import { type Fault, sabotageVariable } from './fault.ts';
import { type Child, follow } from './harness.ts';
import type { MirrorErrand, MirrorLine } from './mirror-child.ts';
import { shipped } from './shipped.ts';

/** A console that keeps copies, in a process of its own. */
export interface MirrorConsole extends Child<MirrorLine> {
  /** Lets it go online. */
  goOn(): void;
}

/** Starts a console that meets its death, or none. */
export function startConsole(errand: MirrorErrand, death?: Fault): MirrorConsole {
  const { [sabotageVariable]: _mine, ...inherited } = process.env;
  const fault = death ? { [sabotageVariable]: JSON.stringify(death) } : {};
  const sabotage = death ? ['--import', shipped('sabotage')] : [];
  const args = [...sabotage, shipped('mirror-child'), JSON.stringify(errand)];
  const child = spawn(process.execPath, args, { env: { ...inherited, NODE_OPTIONS: '', ...fault } });
  return { ...follow<MirrorLine>(child), goOn: () => child.stdin.write('\n') };
}

/** Runs one console after the other, each killed in its way, and the last one until the end; `offline` before one goes online. */
export async function runDespite(
  errand: MirrorErrand,
  deaths: readonly Fault[],
  offline: () => Promise<void> = async () => undefined,
): Promise<{ state: string; killed: number }> {
  let killed = 0;
  for (const death of [...deaths, undefined]) {
    const child = startConsole(errand, death);
    const waiting = child.line('waiting').then(
      async () => {
        await offline();
        child.goOn();
      },
      () => undefined,
    );
    const { lines, isKilled, errors } = await child.gone;
    await waiting;
    killed += Number(isKilled);
    const last = lines.at(-1);
    if (!isKilled && last?.said !== 'ended') throw new Error(`${JSON.stringify(lines)} ${errors}`);
    if (last?.said === 'ended') return { state: last.state, killed };
  }
  throw new Error('none came to its end');
}
