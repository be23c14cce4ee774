/** Loaded before anything else into a process that runs from source (`node --import`): its threads start from the bundle that this file is part of. */
import { syncBuiltinESMExports } from 'node:module';
import threads from 'node:worker_threads';

const entry = /\/src-main\/workers\/([\w-]+\.worker)\.ts$/;

threads.Worker = class extends threads.Worker {
  constructor(url: string | URL, options?: threads.WorkerOptions) {
    const name = entry.exec(String(url))?.[1];
    super(name === undefined ? url : new URL(`${name}.cjs`, import.meta.url), options);
  }
};
syncBuiltinESMExports();
