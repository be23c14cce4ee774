import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fault, sabotageVariable } from './fault.ts';
import { type Child, follow } from './harness.ts';

/** What a child is to do in a workspace: clean up once, or make a template with one run in `inMs` and keep all schedules. */
export type UpkeepErrand =
  | { readonly folder: string; readonly do: 'clean' }
  | {
      readonly folder: string;
      readonly do: 'schedules';
      readonly name: string;
      readonly inMs: number;
      readonly origin: { readonly atMs: number; readonly realMs: number; readonly speed: number };
    };

export type UpkeepLine =
  | { readonly said: 'open' }
  | { readonly said: 'saved' }
  | { readonly said: 'changed' }
  | { readonly said: 'cleaned'; readonly items: number; readonly files: number };

const entry = fileURLToPath(new URL('upkeep-child.ts', import.meta.url));
const sabotage = new URL('sabotage.ts', import.meta.url).href;

/** Starts a child that meets a fault, or is killed when it has said so many lines. */
export function startUpkeep(errand: UpkeepErrand, death: Fault | { lines: number }): Child<UpkeepLine> {
  const fault = 'lines' in death ? null : death;
  const child = spawn(process.execPath, ['--import', sabotage, entry, JSON.stringify(errand)], {
    env: { ...process.env, NODE_OPTIONS: '', [sabotageVariable]: JSON.stringify(fault) },
  });
  return follow(child, (count) => {
    if ('lines' in death && count === death.lines) child.kill('SIGKILL');
  });
}
