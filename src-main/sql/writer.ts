import { applyChunk, cancelRest, finishOperation } from './apply.ts';
import { cancelDeliveries, giveUpDeliveries, settleUnknown } from './deliveries.ts';
import { exchangeDeliveries, recoverDeliveries } from './delivery-exchange.ts';
import { planCreate } from './items.ts';
import {
  discardDraft,
  dismissOperation,
  finishExport,
  insertDraft,
  moveOperation,
  pinOperation,
  requestCancel,
  sealDraft,
} from './operation-changes.ts';
import { planAgain, planChange, planExport } from './plan.ts';
import { planUndo } from './plan-undo.ts';
import { cleanOperation, noteFileRemoval } from './retention.ts';
import { claimRun, deleteSchedule, linkRun, saveSchedule, settleRun } from './schedules.ts';
import { writeSettings } from './settings.ts';
import { failReport, signOff } from './sign-off.ts';
import { deleteTemplate, saveTemplate } from './templates.ts';
import { noteFailedTry } from './tries.ts';

/** What the one writer thread does. Each call is one transaction or a short series of them. */
export const writerMethods = {
  insertDraft,
  planChange,
  planUndo,
  planAgain,
  planExport,
  planCreate,
  sealDraft,
  discardDraft,
  moveOperation,
  requestCancel,
  applyChunk,
  cancelRest,
  noteFailedTry,
  finishOperation,
  finishExport,
  exchangeDeliveries,
  recoverDeliveries,
  cancelDeliveries,
  giveUpDeliveries,
  settleUnknown,
  dismissOperation,
  pinOperation,
  signOff,
  failReport,
  writeSettings,
  saveTemplate,
  deleteTemplate,
  saveSchedule,
  deleteSchedule,
  claimRun,
  linkRun,
  settleRun,
  cleanOperation,
  noteFileRemoval,
};
export type WriterMethods = typeof writerMethods;

/** Those that may write megabytes at once. */
export const largeWrites = [
  'planChange',
  'planUndo',
  'planAgain',
  'planCreate',
  'discardDraft',
  'applyChunk',
  'cancelRest',
  'cleanOperation',
] as const satisfies readonly (keyof WriterMethods)[];
