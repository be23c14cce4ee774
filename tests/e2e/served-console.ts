import { type ServedConsole as ConsoleProcess, serve, temporaryWorkspace } from './console-process.ts';

/** A served console in a workspace of its own. */
export interface ServedConsole extends ConsoleProcess {
  /** Removes the workspace; after `stop`. */
  remove(): void;
}

/** Starts the built console in a fresh workspace folder. */
export async function serveConsole(...args: readonly string[]): Promise<ServedConsole> {
  const { workspace, remove } = temporaryWorkspace();
  return { ...(await serve(workspace, ...args)), remove };
}
