import { countCleanable, listCleanable, listOldFiles } from './care/retention.ts';
import { listOpenRemotes } from './delivery/deliveries.ts';
import { listOrphans } from './delivery/held-deliveries.ts';
import { readChanges, readStates } from './feed/changes.ts';
import { listConflicts } from './mirror/conflicts.ts';
import { listKept } from './mirror/kept-changes.ts';
import { getMirrorState, listStale } from './mirror/pull.ts';
import { countMirrored, listRemotes } from './mirror/remotes.ts';
import { listExportPaths } from './operations/export-paths.ts';
import { countPlannedOf, listItems, listTouches } from './operations/items.ts';
import { listJournal, listWorkspaceJournal } from './operations/journal.ts';
import { countOperations, getOperation, listOperations, listUnfinished } from './operations/operations.ts';
import { readRate } from './operations/rate.ts';
import { listRejected } from './operations/rejected-rows.ts';
import { getStatistics } from './operations/statistics.ts';
import { getRecord, getRecords, listComments } from './records/records.ts';
import { rowWidth } from './records/row-width.ts';
import {
  countRecords,
  countToExport,
  facetRecords,
  firstRecords,
  orderedIds,
  selectedIds,
} from './records/views.ts';
import { listSchedules } from './schedule/schedules.ts';
import { getTemplate, listTemplates } from './schedule/templates.ts';
import { findOperationKey } from './server/operation-keys.ts';
import { findUserByToken, listUsers } from './server/users.ts';
import { readSettings } from './settings.ts';

/** What any reader thread answers. None holds an iterator or a transaction beyond its call. */
export const readerMethods = {
  rowWidth,
  firstRecords,
  orderedIds,
  selectedIds,
  countToExport,
  countRecords,
  facetRecords,
  getRecords,
  getRecord,
  listComments,
  getOperation,
  listOperations,
  countOperations,
  listUnfinished,
  countPlannedOf,
  listItems,
  listRejected,
  listTouches,
  listOpenRemotes,
  listOrphans,
  listRemotes,
  countMirrored,
  getMirrorState,
  listStale,
  listConflicts,
  listKept,
  listJournal,
  listWorkspaceJournal,
  listExportPaths,
  getStatistics,
  readSettings,
  readRate,
  listTemplates,
  getTemplate,
  listSchedules,
  countCleanable,
  listCleanable,
  listOldFiles,
  listUsers,
  readChanges,
  readStates,
  findUserByToken,
  findOperationKey,
};
export type ReaderMethods = typeof readerMethods;
