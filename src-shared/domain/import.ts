import { z } from 'zod';
import { CollectionName } from '../collections/index.ts';

const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export const delimiters = [',', ';', '\t', '|'] as const;

/** How dates in the file are written; chosen from all rows of a column, never per row. */
export const dateOrders = ['iso', 'dmy', 'mdy', 'epoch'] as const;
export type DateOrder = (typeof dateOrders)[number];

/** Values that this file uses for "nothing here". */
export const missingMarks = ['', '?', 'NULL', 'N/A'] as const;

const ColumnMapping = z.strictObject({
  /** Index of the column in the file. */
  column: z.int().min(0),
  /** The ticket field it fills; null keeps the value with the ticket as a foreign field. */
  field: z.string().nullable(),
});

/** A file as it stood when it was inspected. */
const InspectedFile = z.strictObject({ bytes: z.int().min(0), modifiedAt: z.number() });

/** Where new records come from; together with the key that they have there it names them for ever. */
export const Source = z
  .string()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, 'holds a control character');

export const ImportMapping = z.strictObject({
  /** What it was made for: columns are known by their place, and dates may be read in two ways. */
  file: InspectedFile,
  columns: z.array(ColumnMapping),
  /** Words of the file for our enum values, per field: `{status: {'Pending Customer Response': 'pending'}}`. */
  values: z.record(z.string(), z.record(z.string(), z.string())),
  dateOrder: z.enum(dateOrders),
  /** What rows with the same id mean: a mistake, or the events of one ticket whose last one is its state. */
  repeatedIds: z.enum(['reject', 'events']),
  source: Source,
});
export type ImportMapping = z.infer<typeof ImportMapping>;

export const InspectedColumn = z.strictObject({
  index: z.int().min(0),
  header: z.string(),
  filled: z.int().min(0),
  /** A few different values, as they stand in the file, shortened for the screen. */
  samples: z.array(z.string()),
  /** Every different value where there are few, else null. */
  distinct: z.array(z.strictObject({ value: z.string(), count: z.int() })).nullable(),
});
export type InspectedColumn = z.infer<typeof InspectedColumn>;

export const MappingNote = z.strictObject({
  text: z.string(),
  /** The fields, and the ways of reading, that it speaks of: it holds while these are as they were proposed. */
  about: z.array(z.string()),
});
export type MappingNote = z.infer<typeof MappingNote>;

export const ImportInspection = z.strictObject({
  name: z.string(),
  bytes: z.int().min(0),
  encoding: z.enum(encodings),
  delimiter: z.enum(delimiters),
  rows: z.int().min(0),
  columns: z.array(InspectedColumn),
  proposed: ImportMapping,
  /** The collections of which it may be an export, whose records it can change. */
  exportOf: z.array(CollectionName),
  /** Sentences worth reading before going on: lost characters, rows that are cut. */
  notes: z.array(z.string()),
  /** The same about new tickets by what is proposed: repeated ids, unknown words, ambiguous dates. */
  mappingNotes: z.array(MappingNote),
});
export type ImportInspection = z.infer<typeof ImportInspection>;

/** One row of a file that could not be taken, by the line on which it begins (1 is the header). */
export const RejectedRow = z.strictObject({
  line: z.int().positive(),
  reason: z.string(),
  text: z.string(),
});
export type RejectedRow = z.infer<typeof RejectedRow>;
