import { listOpenRemotes } from './deliveries.ts';
import { listOrphans } from './held-deliveries.ts';
import { listItems, listRejected, listTouches } from './items.ts';
import { listJournal } from './journal.ts';
import { getOperation, listOperations, listUnfinished } from './operations.ts';
import { readRate } from './rate.ts';
import { listCleanable, listOldFiles } from './retention.ts';
import { rowWidth } from './row-width.ts';
import { listSchedules } from './schedules.ts';
import { readSettings } from './settings.ts';
import { getStatistics } from './statistics.ts';
import { getTemplate, listTemplates } from './templates.ts';
import { getTicket, getTickets } from './tickets.ts';
import {
  countTickets,
  countToExport,
  facetTickets,
  firstTickets,
  isEmpty,
  orderedIds,
  selectedIds,
} from './views.ts';

/** What any reader thread answers. None holds an iterator or a transaction beyond its call. */
export const readerMethods = {
  rowWidth,
  firstTickets,
  orderedIds,
  selectedIds,
  countToExport,
  countTickets,
  facetTickets,
  isEmpty,
  getTickets,
  getTicket,
  getOperation,
  listOperations,
  listUnfinished,
  listItems,
  listRejected,
  listTouches,
  listOpenRemotes,
  listOrphans,
  listJournal,
  getStatistics,
  readSettings,
  readRate,
  listTemplates,
  getTemplate,
  listSchedules,
  listCleanable,
  listOldFiles,
};
export type ReaderMethods = typeof readerMethods;
