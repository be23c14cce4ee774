import { listCleanable, listOldFiles } from './care/retention.ts';
import { listOpenRemotes } from './delivery/deliveries.ts';
import { listOrphans } from './delivery/held-deliveries.ts';
import { listItems, listRejected, listTouches } from './operations/items.ts';
import { listJournal } from './operations/journal.ts';
import { getOperation, listOperations, listUnfinished } from './operations/operations.ts';
import { readRate } from './operations/rate.ts';
import { getStatistics } from './operations/statistics.ts';
import { rowWidth } from './records/row-width.ts';
import { getTicket, getTickets } from './records/tickets.ts';
import {
  countTickets,
  countToExport,
  facetTickets,
  firstTickets,
  isEmpty,
  orderedIds,
  selectedIds,
} from './records/views.ts';
import { listSchedules } from './schedule/schedules.ts';
import { getTemplate, listTemplates } from './schedule/templates.ts';
import { readSettings } from './settings.ts';

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
