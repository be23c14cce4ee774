import type { JournalEntry } from '../../../src-shared/contract/operations.ts';
import { countOf, formatNumber } from '../../format/numbers.ts';

export interface JournalLine {
  /** The number of the (first) entry that it tells of. */
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly words: string;
}

const sentences: Readonly<Record<string, string>> = {
  started: 'Started',
  running: 'Running',
  paused: 'Paused',
  resumed: 'Resumed',
  cancel_requested: 'Cancel asked for',
  completed: 'Done',
  partial: 'Partly done',
  failed: 'Failed',
  cancelled: 'Cancelled',
  stopped: 'Stopped by itself',
};

/** The journal in sentences, oldest first. Chunks that follow each other are told in one line. */
export function journalLines(entries: readonly JournalEntry[]): JournalLine[] {
  const lines: JournalLine[] = [];
  let run: JournalEntry[] = [];
  const endRun = () => {
    const [first] = run;
    if (first) lines.push({ seq: first.seq, at: first.at, words: chunkWords(run) });
    run = [];
  };
  for (const entry of entries) {
    if (entry.event === 'chunk') {
      run.push(entry);
      continue;
    }
    endRun();
    lines.push({ seq: entry.seq, at: entry.at, words: entryWords(entry) });
  }
  endRun();
  return lines;
}

function chunkWords(chunks: readonly JournalEntry[]): string {
  const sum = (name: string) => chunks.reduce((total, { detail }) => total + numberOf(detail[name]), 0);
  const failed = sum('failed');
  const done = sum('done');
  const parts = done > 0 ? [`${countOf(done, 'ticket', 'tickets')} done`] : [];
  if (failed > 0) parts.push(`${formatNumber(failed)} failed`);
  const words = `${parts.join(', ') || 'Nothing to do'} in ${countOf(chunks.length, 'chunk', 'chunks')}`;
  const from = chunks[0]?.detail['fromSeq'];
  const to = chunks.at(-1)?.detail['toSeq'];
  if (typeof from !== 'number' || typeof to !== 'number') return words;
  return `${words} (${from === to ? 'item' : 'items'} ${formatNumber(from)}${from === to ? '' : ` to ${formatNumber(to)}`})`;
}

/** An entry's own words; an event that this window does not know is shown as it stands, never left out. */
function entryWords({ event, detail }: JournalEntry): string {
  const { message, ...rest } = detail;
  const known = sentences[event];
  if (known) return typeof message === 'string' ? `${known}: ${message}` : known;
  const plain = event.replaceAll('_', ' ');
  const facts = Object.entries(message === undefined ? rest : { ...rest, message });
  const words = facts.map(([name, value]) => `${name} ${value ?? 'none'}`).join(', ');
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}${words && `: ${words}`}`;
}

function numberOf(value: JournalEntry['detail'][string] | undefined): number {
  return typeof value === 'number' ? value : 0;
}
