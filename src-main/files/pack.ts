import type { RejectedRow } from '../../src-shared/domain/import.ts';
import type { RecordFields } from './read-record.ts';
import type { ImportBatch, ImportedRecord } from './types.ts';

/**
 * A batch on its way between threads: one long text, the numbers that say how to cut it, and the times. Objects
 * with a property per field would cost more to copy than the file costs to parse.
 */
export interface PackedBatch {
  readonly count: number;
  readonly headers: readonly string[];
  readonly text: string;
  readonly numbers: Uint32Array;
  readonly times: Float64Array;
  readonly rejected: readonly RejectedRow[];
  readonly bytesRead: number;
  readonly isEnd: boolean;
}

/** Order in which the text fields of a record are written; none of them may be left out. */
const textFields = [
  'subject',
  'description',
  'status',
  'priority',
  'category',
  'assignee',
  'requester',
  'channel',
  'product',
] as const satisfies readonly (keyof RecordFields)[];

export interface BatchWriter {
  /** Rows taken or rejected since the last `flush`. */
  size(): number;
  reject(row: RejectedRow): void;
  /** Begins a record; its foreign values and events follow. */
  record(line: number, key: string, fields: RecordFields): void;
  /** One foreign value, or once an event was begun, one change of that event. */
  value(column: number, text: string): void;
  /** Begins the next event of the record; null for a time that is not known. */
  event(at: number | null): void;
  flush(bytesRead: number, isEnd: boolean): PackedBatch;
}

/** Collects records in the packed form. */
export function createBatchWriter(headers: readonly string[]): BatchWriter {
  let count = 0;
  let rejected: RejectedRow[] = [];
  let texts: string[] = [];
  let numbers = new Uint32Array(1 << 16);
  let used = 0;
  let times: number[] = [];
  /** Where in `numbers` the counts stand that are still growing. */
  let eventsAt = 0;
  let valuesAt = 0;

  /** Appends a number and says where it stands. */
  function add(value: number): number {
    if (used === numbers.length) {
      const larger = new Uint32Array(used * 2);
      larger.set(numbers);
      numbers = larger;
    }
    numbers[used] = value;
    return used++;
  }

  function put(text: string): void {
    texts.push(text);
    add(text.length);
  }

  return {
    size: () => count + rejected.length,
    reject: (row) => void rejected.push(row),
    record(line, key, fields) {
      count++;
      add(line);
      put(key);
      for (const name of textFields) {
        const text = fields[name];
        // A length of 0 means null here, so that every other one is told one too long.
        add(text === null ? 0 : text.length + 1);
        if (text !== null) texts.push(text);
      }
      times.push(fields.createdAt, fields.updatedAt);
      eventsAt = add(0);
      valuesAt = add(0);
    },
    value(column, text) {
      numbers[valuesAt] = (numbers[valuesAt] ?? 0) + 1;
      add(column);
      put(text);
    },
    event(at) {
      numbers[eventsAt] = (numbers[eventsAt] ?? 0) + 1;
      times.push(at ?? Number.NaN);
      valuesAt = add(0);
    },
    flush(bytesRead, isEnd) {
      const packed: PackedBatch = {
        count,
        headers,
        text: texts.join(''),
        numbers: numbers.slice(0, used),
        times: new Float64Array(times),
        rejected,
        bytesRead,
        isEnd,
      };
      count = 0;
      rejected = [];
      texts = [];
      used = 0;
      times = [];
      return packed;
    },
  };
}

/** The records of a packed batch. */
export function unpackBatch(packed: PackedBatch): ImportBatch {
  const { headers, text, numbers, times, rejected, bytesRead, isEnd } = packed;
  let textAt = 0;
  let numberAt = 0;
  let timeAt = 0;

  const number = () => numbers[numberAt++] ?? 0;
  const time = () => times[timeAt++] ?? Number.NaN;
  const cut = (length: number) => {
    textAt += length;
    return text.slice(textAt - length, textAt);
  };
  const values = () => {
    const found: Record<string, string> = {};
    for (let left = number(); left > 0; left--) {
      const header = headers[number()] ?? '';
      found[header] = cut(number());
    }
    return found;
  };
  const cutOrNull = () => {
    const length = number();
    return length === 0 ? null : cut(length - 1);
  };

  const records: ImportedRecord[] = [];
  for (let index = 0; index < packed.count; index++) {
    const line = number();
    const key = cut(number());
    const fields = {
      subject: cutOrNull() ?? '',
      description: cutOrNull() ?? '',
      status: cutOrNull() ?? '',
      priority: cutOrNull() ?? '',
      category: cutOrNull(),
      assignee: cutOrNull(),
      requester: cutOrNull(),
      channel: cutOrNull(),
      product: cutOrNull(),
      createdAt: time(),
      updatedAt: time(),
    };
    const eventCount = number();
    const extra = values();
    const events: ImportedRecord['events'][number][] = [];
    for (let left = eventCount; left > 0; left--) {
      const at = time();
      events.push({ at: Number.isNaN(at) ? null : at, changes: values() });
    }
    records.push({ line, key, fields, extra, events });
  }
  return { records, rejected, bytesRead, isEnd };
}
