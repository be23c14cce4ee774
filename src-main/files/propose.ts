import { basename, extname } from 'node:path';
import { sourceOfFile } from '../../src-shared/domain/error-file-name.ts';
import { type DateOrder, dateOrders, type ImportMapping } from '../../src-shared/domain/import.ts';
import type { ColumnStats } from './column-stats.ts';
import { dateBits } from './dates.ts';
import type { TextFile } from './encoding.ts';
import type { MappableField } from './header-names.ts';
import { meaningOf, wordFieldNames } from './value-words.ts';

/** How the date columns were understood. */
export interface DateVerdict {
  readonly order: DateOrder;
  /** Date columns that were looked at. */
  readonly columns: readonly string[];
  readonly total: number;
  /** Values that read in the order chosen. */
  readonly good: number;
  /** Day and month could be swapped in every single value. */
  readonly isAmbiguous: boolean;
}
export interface Proposal {
  readonly mapping: ImportMapping;
  readonly dates: DateVerdict;
}

/** Share of rows with an id seen before, above which a file is a log of events rather than a list with slips. */
const minEventShare = 0.2;
/** Fewer repeated rows than this are slips even in a short file. */
const minEventRows = 3;

/** A mapping to start from, judged by names and by every value. */
export function proposeMapping(
  file: TextFile,
  columns: readonly ColumnStats[],
  matches: ReadonlyMap<number, MappableField>,
  facts: { readonly rows: number; readonly repeated: number },
): Proposal {
  const dates = judgeDates(columns, matches);
  const hasOrder = [...matches.values()].some((field) => field === 'updatedAt' || field === 'createdAt');
  const isLog = hasOrder && facts.repeated >= minEventRows && facts.repeated > facts.rows * minEventShare;
  const source = sourceOfFile(basename(file.path, extname(file.path)));
  const mapping: ImportMapping = {
    file: { bytes: file.bytes, modifiedAt: file.modifiedAt },
    columns: columns.map(({ index }) => ({ column: index, field: matches.get(index) ?? null })),
    values: proposeValues(columns, matches),
    dateOrder: dates.order,
    repeatedIds: isLog ? 'events' : 'reject',
    source:
      source
        .replace(/\p{Cc}/gu, ' ')
        .trim()
        .slice(0, 200) || 'import',
  };
  return { mapping, dates };
}

function proposeValues(
  columns: readonly ColumnStats[],
  matches: ReadonlyMap<number, MappableField>,
): ImportMapping['values'] {
  const values: ImportMapping['values'] = {};
  for (const field of wordFieldNames) {
    const column = columns.find(({ index }) => matches.get(index) === field);
    if (!column) continue;
    const known: Record<string, string> = {};
    for (const word of column.distinct?.keys() ?? []) {
      const meaning = meaningOf(field, word);
      if (meaning !== undefined) known[word] = meaning;
    }
    values[field] = known;
  }
  return values;
}

/** The order in which most values of all date columns can be read; ISO before the others when even. */
function judgeDates(
  columns: readonly ColumnStats[],
  matches: ReadonlyMap<number, MappableField>,
): DateVerdict {
  const mapped = columns.filter(({ index }) => ['createdAt', 'updatedAt'].includes(matches.get(index) ?? ''));
  const judged = mapped.some(({ filled }) => filled > 0) ? mapped : columns.filter(({ isDate }) => isDate);
  const good: Record<DateOrder, number> = { iso: 0, dmy: 0, mdy: 0, epoch: 0 };
  let total = 0;
  for (const { dates, filled } of judged) {
    total += filled;
    for (const order of dateOrders) {
      for (let bits = 1; bits < dates.length; bits++)
        if (bits & dateBits[order]) good[order] += dates[bits] ?? 0;
    }
  }
  let order: DateOrder = 'iso';
  for (const other of dateOrders) if (good[other] > good[order]) order = other;
  const isAmbiguous = order === 'dmy' && good.dmy === good.mdy;
  return { order, columns: judged.map(({ header }) => header), total, good: good[order], isAmbiguous };
}
