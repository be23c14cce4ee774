import type { ChosenFile, SaveTarget } from '../src-shared/contract/files.ts';

/**
 * What a host offers the console. Paths stay on this side: the window holds handles, and only a handle that
 * this host gave out resolves to a path.
 */
export interface Host {
  readonly kind: 'electron' | 'browser';
  /** Asks for a file with a native dialog; null when cancelled. Throws `not_available_here` in the browser host, which uploads. */
  chooseFile(): Promise<ChosenFile | null>;
  /**
   * Agrees on a place to save; null when cancelled. Never overwrites without the user's word, neither what is there nor
   * what is still to be written to one of the paths that `promised` answers.
   */
  chooseTarget(suggestedName: string, promised: () => Promise<readonly string[]>): Promise<SaveTarget | null>;
  /**
   * A place in the workspace's folder of exports where nothing stands, nor is to be written by one of the paths that
   * `promised` answers, and that was given to nobody before. Throws `target_not_writable` and `disk_full`.
   */
  exportTarget(suggestedName: string, promised: () => Promise<readonly string[]>): Promise<SaveTarget>;
  /** The path behind a handle; throws `file_not_found` for one that this host did not give out. */
  pathOf(handle: string): string;
  /** Forgets a handle: its place is promised by the workspace from now on, or is free again. */
  forgetHandle(handle: string): void;
  /** Shows a file in the system's file manager; throws `not_available_here` where there is none. */
  reveal(path: string): Promise<void>;
  /** Puts text into the system's clipboard. Throws `not_available_here` in the browser host, whose page has one. */
  copy(text: string): Promise<void>;
  /** Keeps a key that a remote gave out, by name. Throws `disk_full`, `target_not_writable` and `file_not_readable`. */
  keepSecret(name: string, secret: string): void;
  /** Null when there is none, or it cannot be made out any more. Throws `file_not_readable`. */
  readSecret(name: string): string | null;
  /** Throws as `keepSecret`. */
  forgetSecret(name: string): void;
  /** Calls somebody who is not looking; the window shows by itself what it is about. */
  notify(title: string, body: string): void;
}
