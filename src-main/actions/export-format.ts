import { z } from 'zod';

/** What an export is written as. */
export const ExportFormat = z.enum(['csv', 'json', 'ndjson']);
export type ExportFormat = z.infer<typeof ExportFormat>;
