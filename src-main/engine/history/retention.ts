import { type Stats, unlinkSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { errorCode } from '../../platform/error-code.ts';
import { realFolder } from '../../platform/real-place.ts';
import { readSettings } from '../../store/settings.ts';
import type { WrittenFile } from '../../store/store.ts';
import type { EnginePorts } from '../ports.ts';

const dayMs = 86_400_000;
/** After the start, so that the window comes first. */
const firstAfterMs = 60_000;
/** When operations run they are not held up: it is tried again after this time. */
const busyRetryMs = 600_000;
/** What goes by itself was too old so much earlier already: a clock that is ahead for an hour removes nothing. */
const sureAfterMs = 12 * 3_600_000;
/** When it was last seen that something is too old, among the settings. */
const seenOld = 'retentionSeenAt';
/** Rows of each kind per transaction, and operations: a few ms, and less than 50 where texts are long or the disk is slow. */
const sliceRows = 2_000;
const sliceOperations = 100;

export type Cleanup = RequestOutput<'retention.clean'>;

/** Removes what the settings say is not to be kept: items of old operations, and old files of exports. */
export interface Retention {
  /** What would be removed now. */
  preview(): Promise<Cleanup>;
  /** Removes it, and answers what it was. */
  clean(): Promise<Cleanup>;
  /** Cleans once a day, when nothing runs, what was too old half a day earlier as well. */
  open(): void;
  /** Resolves when nothing is being removed any more. */
  stop(): Promise<void>;
}

type RetentionPorts = Pick<EnginePorts, 'store' | 'clock' | 'agenda' | 'emit' | 'report'> & {
  readonly exportsFolder: string;
  /** True while operations run or are about to. */
  readonly isBusy: () => boolean;
};

export function createRetention(ports: RetentionPorts): Retention {
  const { store, clock, agenda, emit, report, exportsFolder, isBusy } = ports;
  let cleaning: Promise<unknown> = Promise.resolve();
  let isStopping = false;

  /** Since when items and files are kept; null where nothing goes. */
  async function keptSince(nowMs: number): Promise<{ items: number | null; files: number | null }> {
    const { historyDays, exportDays } = await readSettings(store);
    const sinceOf = (days: number | null) => (days === null ? null : nowMs - days * dayMs);
    return { items: sinceOf(historyDays), files: sinceOf(exportDays) };
  }

  async function oldFiles(endedBefore: number | null): Promise<{ files: WrittenFile[]; through: number }> {
    if (endedBefore === null) return { files: [], through: 0 };
    const listed = await store.read('listOldFiles', { endedBefore });
    const files: WrittenFile[] = [];
    for (const file of listed.files) if (await isAsWritten(file)) files.push(file);
    return { files, through: listed.through };
  }

  /** True where the file in the exports folder is still the one that its operation wrote, as far as that can be seen. */
  async function isAsWritten({ path, bytes }: WrittenFile): Promise<boolean> {
    if (dirname(path) !== realFolder(exportsFolder)) return false;
    const stat = await lstat(path).catch((error: unknown): Stats | null => {
      if (errorCode(error) !== 'ENOENT') report(error, 'retention');
      return null;
    });
    return stat !== null && stat.isFile() && stat.size === bytes;
  }

  /** Goes on for as long as it `isFree` to; what is left then is for the next time. */
  async function cleanWhile(nowMs: number, isFree: () => boolean): Promise<Cleanup> {
    const mayGoOn = () => isFree() && !isStopping;
    const since = await keptSince(nowMs);
    const removed = { operations: 0, items: 0, files: 0, fileBytes: 0 };
    if (since.items !== null) {
      try {
        await cleanItems(since.items, removed, mayGoOn);
      } finally {
        if (removed.operations + removed.items > 0) emit({ name: 'operations.cleaned', payload: {} });
      }
    }
    const { files, through } = await oldFiles(since.files);
    for (const file of files) {
      if (!mayGoOn()) break;
      const mayGo = await store.write('noteFileRemoval', { ...file, through, nowMs: clock.now() });
      if (!mayGo || !(await isAsWritten(file)) || !remove(file)) continue;
      removed.files += 1;
      removed.fileBytes += file.bytes;
    }
    return removed;
  }

  async function cleanItems(
    endedBefore: number,
    removed: { operations: number; items: number },
    mayGoOn: () => boolean,
  ): Promise<void> {
    for (let after = 0; mayGoOn(); ) {
      let ids = await store.read('listCleanable', { endedBefore, after, limit: sliceOperations });
      after = ids.at(-1) ?? after;
      if (ids.length === 0) return;
      while (ids.length > 0 && mayGoOn()) {
        const slice = { ids, endedBefore, limit: sliceRows, nowMs: clock.now() };
        const { operations, items, through } = await store.write('cleanOperations', slice);
        removed.operations += operations;
        removed.items += items;
        ids = ids.slice(through);
      }
    }
  }

  function remove({ path }: WrittenFile): boolean {
    try {
      unlinkSync(path);
      return true;
    } catch (error) {
      // Held open elsewhere, or not ours to remove: the next time tries again.
      report(error, 'retention');
      return false;
    }
  }

  /** Removes what was too old when it was last seen that something is, if that is long enough ago, and notes that something is by now. */
  async function cleanWhatIsSure(isFree: () => boolean): Promise<void> {
    const nowMs = clock.now();
    const seenAt = Number((await store.read('readSettings'))[seenOld] ?? Number.POSITIVE_INFINITY);
    if (seenAt <= nowMs && nowMs < seenAt + sureAfterMs) return;
    if (seenAt <= nowMs) await cleanWhile(seenAt, isFree);
    // What was interrupted goes on with the next look.
    if (isStopping || !isFree()) return;
    const { operations, files } = await preview(nowMs);
    if (operations + files > 0) await store.write('writeSettings', { settings: { [seenOld]: nowMs } });
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = cleaning.then(work);
    cleaning = done.catch(() => undefined);
    return done;
  }

  function again(afterMs: number): void {
    agenda.after('retention', afterMs, () => void cleanDaily());
  }

  async function cleanDaily(): Promise<void> {
    const isIdle = () => !isBusy();
    try {
      if (isIdle()) await inTurn(() => cleanWhatIsSure(isIdle));
    } catch (error) {
      report(error, 'retention');
    }
    again(isIdle() ? dayMs : busyRetryMs);
  }

  async function preview(nowMs: number): Promise<Cleanup> {
    const since = await keptSince(nowMs);
    const going =
      since.items === null
        ? { operations: 0, items: 0 }
        : await store.read('countCleanable', { endedBefore: since.items });
    const { files } = await oldFiles(since.files);
    return { ...going, files: files.length, fileBytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  }

  return {
    preview: () => preview(clock.now()),
    clean: () => inTurn(() => cleanWhile(clock.now(), () => true)),
    open: () => again(firstAfterMs),
    stop: async () => {
      isStopping = true;
      await cleaning;
    },
  };
}
