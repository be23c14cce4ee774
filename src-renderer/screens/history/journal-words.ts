import { z } from 'zod';
import type { JournalEntry } from '../../../src-shared/contract/operations.ts';
import { deliveryStates } from '../../../src-shared/domain/delivery.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { RunOptions } from '../../../src-shared/domain/run-options.ts';
import { deliveryLooks } from '../../format/deliveries.ts';
import { runOptionWords } from '../../format/run-options.ts';
import { formatExact } from '../../format/times.ts';

export interface JournalLine {
  /** The number of the (first) entry that it tells of. */
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly words: string;
  /** Who asked for that, where it is not who asked for the operation. */
  readonly by: string | null;
}

type Detail = JournalEntry['detail'];

const StoredOptions = z.string().transform(asJson).pipe(RunOptions);

/** What an entry says; a function where it depends on the entry. A `message` follows what has no function. */
const sentences: Readonly<Record<string, string | ((entry: JournalEntry) => string)>> = {
  started: startWords,
  running: 'Running',
  paused: 'Paused',
  resumed: 'Resumed',
  cancel_requested: 'Cancel asked for',
  completed: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  stopped: 'Stopped by itself',
  tried_again: 'Tried again after an error',
  delivered: ({ detail }) => `Deliveries to remotes: ${deliveredWords(detail)}`,
  conflicts_settled: ({ detail }) => {
    const count = countOf(numberOf(detail['count']), 'conflict', 'conflicts');
    return `${count} decided: ${detail['keep'] === 'mine' ? 'the change is made again' : 'theirs is kept'}`;
  },
  settled_by_user: ({ detail }) => {
    const count = countOf(numberOf(detail['count']), 'record', 'records');
    return detail['how'] === 'confirmed' ? `${count} said to have arrived` : `${count} sent again`;
  },
  dismissed: 'Taken off the list of operations',
  pinned: 'Pinned: retention leaves it alone',
  unpinned: 'No longer pinned',
  quarantined: ({ detail }) =>
    `Item ${formatNumber(numberOf(detail['item']))} was set aside: the console ended three times while working on it`,
  cleaned: ({ detail }) =>
    `Retention removed what was kept of ${countOf(numberOf(detail['items']), 'record', 'records')}`,
  file_removed: ({ detail }) => `Retention removed the file ${textOf(detail['path'])}`,
  remote_added: ({ detail }) => `Remote ${textOf(detail['name'])} added at ${textOf(detail['address'])}`,
  remote_moved: ({ detail }) => `Remote ${textOf(detail['name'])} moved ${fromTo(detail)}`,
  remote_user_changed: ({ detail }) => `User at ${textOf(detail['name'])} changed ${fromTo(detail)}`,
  remote_removed: ({ detail }) => `Remote ${textOf(detail['name'])} removed`,
  restored: ({ detail }) => {
    const madeAt = formatExact(numberOf(detail['madeAt']));
    return detail['why'] === 'damaged'
      ? `The database was damaged: the backup of ${madeAt} put in its place`
      : `The backup of ${madeAt} put back`;
  },
  user_added: ({ detail }) => `${textOf(detail['name'])} added as ${textOf(detail['role'])}`,
  user_role_changed: ({ detail }) => `Role of ${textOf(detail['name'])} changed ${fromTo(detail)}`,
  user_key_renewed: ({ detail }) => `${textOf(detail['name'])} given a new key`,
  user_removed: ({ detail }) => `${textOf(detail['name'])} removed`,
  signed_off: ({ detail }) => `${textOf(detail['signedBy'])} signed off the report ${textOf(detail['file'])}`,
  report_failed: ({ detail }) =>
    `The report ${textOf(detail['file'])} that ${textOf(detail['signedBy'])} signed off could not be written`,
};

/** What is written down chunk by chunk, and told in one line where entries follow each other. */
const inRuns: Readonly<Record<string, (run: readonly JournalEntry[]) => string>> = {
  chunk: chunkWords,
  not_started: (run) => `${countOf(sumOf(run, 'cancelled'), 'record was', 'records were')} not started`,
};

/** The journal of somebody's operation, or with null of the workspace, in sentences. Chunks that follow each other are told in one line. */
export function journalLines(entries: readonly JournalEntry[], actor: string | null): JournalLine[] {
  const lines: JournalLine[] = [];
  let run: JournalEntry[] = [];
  const endRun = () => {
    const [first] = run;
    const words = first && inRuns[first.event];
    if (words) lines.push({ seq: first.seq, at: first.at, words: words(run), by: null });
    run = [];
  };
  for (const entry of entries) {
    if (run[0]?.event !== entry.event) endRun();
    if (inRuns[entry.event]) run.push(entry);
    else lines.push({ seq: entry.seq, at: entry.at, words: entryWords(entry), by: otherThan(actor, entry) });
  }
  endRun();
  return lines;
}

function otherThan(actor: string | null, { detail }: JournalEntry): string | null {
  const by = detail['actor'];
  return typeof by === 'string' && by !== actor ? by : null;
}

function chunkWords(chunks: readonly JournalEntry[]): string {
  const failed = sumOf(chunks, 'failed');
  const done = sumOf(chunks, 'done');
  const parts = done > 0 ? [`${countOf(done, 'record', 'records')} done`] : [];
  if (failed > 0) parts.push(`${formatNumber(failed)} failed`);
  const words = `${parts.join(', ') || 'Nothing to do'} in ${countOf(chunks.length, 'chunk', 'chunks')}`;
  const from = chunks[0]?.detail['fromSeq'];
  const to = chunks.at(-1)?.detail['toSeq'];
  if (typeof from !== 'number' || typeof to !== 'number') return words;
  return `${words} (${from === to ? 'item' : 'items'} ${formatNumber(from)}${from === to ? '' : ` to ${formatNumber(to)}`})`;
}

/** What became of changes at remotes: "12,480 confirmed · 3 refused". */
function deliveredWords(detail: Detail): string {
  return deliveryStates
    .filter((state) => numberOf(detail[state]) > 0)
    .map((state) => `${formatNumber(numberOf(detail[state]))} ${deliveryLooks[state].word.toLowerCase()}`)
    .join(' · ');
}

/** The start with the run options that were set then; they are kept as JSON text. */
function startWords({ at, detail: { options } }: JournalEntry): string {
  if (typeof options !== 'string') return 'Started';
  const read = StoredOptions.safeParse(options);
  // Written by a version that knew other options: shown as it stands.
  if (!read.success) return `Started: ${options}`;
  const words = runOptionWords(read.data, at);
  return words.length === 0 ? 'Started' : `Started: ${words.join(' · ')}`;
}

/** An entry's own words; an event that this window does not know is shown as it stands, never left out. */
function entryWords(entry: JournalEntry): string {
  const { event, detail } = entry;
  const { message, actor: _, ...rest } = detail;
  const known = sentences[event];
  if (typeof known === 'function') return known(entry);
  if (known) return typeof message === 'string' ? `${known}: ${message}` : known;
  const plain = event.replaceAll('_', ' ');
  const facts = Object.entries(message === undefined ? rest : { ...rest, message });
  const words = facts.map(([name, value]) => `${name} ${value ?? 'none'}`).join(', ');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${words && `: ${words}`}`;
}

function sumOf(entries: readonly JournalEntry[], name: string): number {
  return entries.reduce((total, { detail }) => total + numberOf(detail[name]), 0);
}

function fromTo({ from, to }: Detail): string {
  return `from ${textOf(from)} to ${textOf(to)}`;
}

function numberOf(value: Detail[string] | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function textOf(value: Detail[string] | undefined): string {
  return value === undefined || value === null ? 'unknown' : String(value);
}

function asJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'This is not JSON.' });
    return z.NEVER;
  }
}
