import { spawn } from 'node:child_process';
import { type Fault, sabotageVariable } from './fault.ts';
import { type Child, follow } from './harness.ts';
import { shipped } from './shipped.ts';

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

/** Starts a child that meets a fault, or is killed when it has said so many lines. */
export function startUpkeep(errand: UpkeepErrand, death: Fault | { lines: number }): Child<UpkeepLine> {
  const fault = 'lines' in death ? null : death;
  const args = ['--import', shipped('sabotage'), shipped('upkeep-child'), JSON.stringify(errand)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', [sabotageVariable]: JSON.stringify(fault) },
  });
  return follow(child, (count) => {
    if ('lines' in death && count === death.lines) child.kill('SIGKILL');
  });
}
