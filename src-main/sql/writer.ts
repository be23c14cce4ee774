import { cleanOperations, noteFileRemoval } from './care/retention.ts';
import { cancelDeliveries, giveUpDeliveries, settleUnknown } from './delivery/deliveries.ts';
import { exchangeDeliveries, recoverDeliveries } from './delivery/delivery-exchange.ts';
import { failReport, signOff } from './evidence/sign-off.ts';
import { settleConflicts } from './mirror/conflicts.ts';
import { forgetKept, planOnTop } from './mirror/kept-changes.ts';
import { applyPage, applyReread, pullAnew, sweepMirror } from './mirror/pull.ts';
import { forgetRemoved, insertRemote, removeRemote, signInRemote, updateRemote } from './mirror/remotes.ts';
import { applyChunk, cancelRest, finishOperation } from './operations/apply.ts';
import { cutPlan } from './operations/cut-plan.ts';
import { discardDraft, insertDraft, sealDraft } from './operations/drafts.ts';
import {
  dismissEnded,
  dismissOperation,
  finishExport,
  moveOperation,
  pinOperation,
  requestCancel,
} from './operations/operation-changes.ts';
import { planAgain, planChange, planExport } from './operations/plan.ts';
import { planEdits, planEditsAgain, planEditsOnTop } from './operations/plan-edits.ts';
import { planCreate, planNew } from './operations/plan-new.ts';
import { planUndo } from './operations/plan-undo.ts';
import { noteFailedTry } from './operations/tries.ts';
import { claimRun, deleteSchedule, linkRun, saveSchedule, settleRun } from './schedule/schedules.ts';
import { deleteTemplate, saveTemplate } from './schedule/templates.ts';
import { keepSecret } from './server/secrets.ts';
import { changeToken, changeUser, deleteUser, insertUser } from './server/users.ts';
import { writeSettings } from './settings.ts';

/** What the one writer thread does. Each call is one transaction or a short series of them. */
export const writerMethods = {
  insertDraft,
  planChange,
  cutPlan,
  planUndo,
  planAgain,
  planExport,
  planCreate,
  planNew,
  planEdits,
  planEditsAgain,
  planEditsOnTop,
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
  insertRemote,
  signInRemote,
  updateRemote,
  removeRemote,
  forgetRemoved,
  applyPage,
  applyReread,
  pullAnew,
  sweepMirror,
  settleConflicts,
  forgetKept,
  planOnTop,
  dismissEnded,
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
  cleanOperations,
  noteFileRemoval,
  insertUser,
  changeUser,
  changeToken,
  deleteUser,
  keepSecret,
};
export type WriterMethods = typeof writerMethods;

/** Those that may write megabytes at once. */
export const largeWrites = [
  'planChange',
  'cutPlan',
  'planUndo',
  'planAgain',
  'planCreate',
  'planNew',
  'planEdits',
  'planEditsAgain',
  'planEditsOnTop',
  'discardDraft',
  'applyChunk',
  'cancelRest',
  'cleanOperations',
  'applyPage',
  'sweepMirror',
  'settleConflicts',
  'planOnTop',
  'forgetRemoved',
] as const satisfies readonly (keyof WriterMethods)[];
