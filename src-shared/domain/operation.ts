import { z } from 'zod';
import { countsOnBothSides, DeliveryCounts } from './delivery.ts';
import { itemStates, leftoverStates, Reason } from './item.ts';
import { RunOptions } from './run-options.ts';
import { OperationId } from './selection.ts';

export const operationStates = [
  'draft',
  'pending',
  'in_progress',
  'paused',
  'completed',
  'partial',
  'failed',
  'cancelled',
] as const;
export type OperationState = (typeof operationStates)[number];

/** Those of operations that were started and have not ended. */
export const underWayStates = ['pending', 'in_progress', 'paused'] as const satisfies OperationState[];

const finalStates = ['completed', 'partial', 'failed', 'cancelled'] as const satisfies OperationState[];

export function isFinal(state: OperationState): boolean {
  return (finalStates as readonly OperationState[]).includes(state);
}

/** The commands a user may give in each state; the engine refuses every other one. */
export const commands = {
  draft: ['start', 'discard'],
  pending: ['pause', 'cancel'],
  in_progress: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  completed: ['undo', 'dismiss'],
  partial: ['undo', 'retry', 'dismiss'],
  failed: ['undo', 'retry', 'dismiss'],
  cancelled: ['undo', 'retry', 'dismiss'],
} as const satisfies Record<OperationState, readonly string[]>;
export type Command = (typeof commands)[OperationState][number];

export function allows(state: OperationState, command: Command): boolean {
  return (commands[state] as readonly string[]).includes(command);
}

/** The states in which a command may be given. */
export function statesFor(command: Command): OperationState[] {
  return operationStates.filter((state) => allows(state, command));
}

/** How many items are in a state, by reason (null where the state needs none). */
export const Tally = z.strictObject({
  state: z.enum(itemStates),
  reason: Reason.nullable(),
  count: z.int().min(0),
});
export type Tally = z.infer<typeof Tally>;

export type Counts = Record<(typeof itemStates)[number], number> & { total: number };

/** Adds tallies up per state. */
export function countsOf(tallies: readonly Tally[]): Counts {
  const counts = { total: 0 } as Counts;
  for (const state of itemStates) counts[state] = 0;
  for (const { state, count } of tallies) {
    counts[state] += count;
    counts.total += count;
  }
  return counts;
}

/**
 * The final state that follows from the items, once none is planned or applying, and from whether the operation was
 * stopped by a rule or an error. A cancel that came too late changed nothing.
 */
export function finalStateOf(counts: Counts, isStopped = false): OperationState {
  if (isStopped) return 'failed';
  if (counts.cancelled > 0) return 'cancelled';
  const bad = counts.failed + counts.unknown;
  if (bad === 0) return 'completed';
  return counts.done > 0 ? 'partial' : 'failed';
}

/** What starting the plan would cost; `null` durations mean that nothing comparable was measured yet. */
export const Forecast = z.strictObject({
  durationMs: z.int().min(0).nullable(),
  reversible: z.boolean(),
  /** Present where something is erased that neither undo nor restoring brings back. */
  erases: z.literal(true).optional(),
  /** Sentences about what cannot be taken back or what happens outside the workspace. */
  warnings: z.array(z.string()),
});
export type Forecast = z.infer<typeof Forecast>;

/** A file that an operation wrote. The path is for reading only: commands take the operation's id. */
export const ExportedFile = z.strictObject({
  path: z.string(),
  name: z.string(),
  rows: z.int().min(0),
  bytes: z.int().min(0),
});
export type ExportedFile = z.infer<typeof ExportedFile>;

/** One thing that was asked for, in words: the text of a comment, the columns of an export. */
export const OperationDetail = z.strictObject({ label: z.string(), value: z.string() });
export type OperationDetail = z.infer<typeof OperationDetail>;

export const Operation = z.strictObject({
  id: OperationId,
  action: z.string(),
  collection: z.string(),
  /** The operation as a sentence: "Set status to Solved". */
  title: z.string(),
  /** What the title leaves out of what was asked for. */
  details: z.array(OperationDetail),
  /** The fields that it sets, or each record some of them; none where it does something else to its records. */
  fields: z.array(z.string()),
  state: z.enum(operationStates),
  tallies: z.array(Tally),
  forecast: Forecast,
  actor: z.string(),
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  /** It is on record that it is to end, as somebody asked or for the reason in `stoppedBy`; what was in flight is being settled. */
  isCancelling: z.boolean(),
  /** Why an operation that is paused, being ended or failed stopped by itself. */
  stoppedBy: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  undoOf: OperationId.nullable(),
  retryOf: OperationId.nullable(),
  /** The latest undo of this operation that was started, of all of it or of a part. */
  undoneBy: OperationId.nullable(),
  /** The latest operation that tried again what this one left, or that made its changes again which were kept after a conflict. */
  retriedBy: OperationId.nullable(),
  /** Its records of which all was taken back, or is being taken back, and not put back since. */
  undone: z.int().min(0),
  file: ExportedFile.nullable(),
  /** Lines of an imported file that could not become records. */
  rejected: z.int().min(0),
  /** How many deliveries are in which state; null if the operation has none. */
  delivery: DeliveryCounts.nullable(),
  /** Its conflicts that nobody has decided yet; decided ones stay in the counts of `delivery`. */
  undecided: z.int().min(0),
  isDismissed: z.boolean(),
  options: RunOptions,
  isPinned: z.boolean(),
  /** Retention removed its items: it can be read about, but not undone or tried again. */
  isCleaned: z.boolean(),
});
export type Operation = z.infer<typeof Operation>;

/**
 * True while it comes to its end. Where not even that could be written down it stands still, paused, with the reason, until
 * the user says that it may go on.
 */
export function isEnding({
  state,
  isCancelling,
  stoppedBy,
}: Pick<Operation, 'state' | 'isCancelling' | 'stoppedBy'>): boolean {
  return isCancelling && (state !== 'paused' || stoppedBy === null);
}

/** How long it took to its end, without what it waited for a later start; null before that. */
export function tookMs({
  startedAt,
  endedAt,
  options,
}: Pick<Operation, 'startedAt' | 'endedAt' | 'options'>): number | null {
  if (startedAt === null || endedAt === null) return null;
  return Math.max(0, endedAt - Math.max(startedAt, options.startAt ?? 0));
}

/** Why a remote is not told of changes at present. */
export const Waiting = z.strictObject({
  remote: z.string(),
  reason: z.enum(['offline', 'rate_limited', 'unreachable', 'signed_out', 'pulling']),
  /** When it is tried again (epoch ms), if that is known. */
  untilAt: z.number().nullable(),
});
export type Waiting = z.infer<typeof Waiting>;

/** Live figures of a running operation, at most ten times a second. */
export const Progress = z.strictObject({
  processed: z.int().min(0),
  total: z.int().min(0),
  ratePerSecond: z.number().min(0),
  etaMs: z.int().min(0).nullable(),
  /** Present while all that is left waits for a remote. */
  waiting: Waiting.optional(),
});
export type Progress = z.infer<typeof Progress>;

/** What became of an operation's items here and, where remotes are told of them, there. */
export function countsOfBoth({ tallies, delivery }: Pick<Operation, 'tallies' | 'delivery'>): Counts {
  const counts = countsOf(tallies);
  return delivery ? countsOnBothSides(counts, delivery) : counts;
}

/** How many records of an operation went wrong, here or where remotes were told of them, and are not settled otherwise. */
export function failuresOf({
  tallies,
  delivery,
  undecided,
}: Pick<Operation, 'tallies' | 'delivery' | 'undecided'>): number {
  const { failed, unknown } = countsOf(tallies);
  return failed + unknown + (delivery?.refused ?? 0) + (delivery?.unknown ?? 0) + undecided;
}

/**
 * How many records are still as the operation made them. Not counted are changes that a remote refused, and those in
 * conflicts that were decided: such a record has the remote's values, or those of another operation.
 */
export function standingOf({
  tallies,
  delivery,
  undecided,
}: Pick<Operation, 'tallies' | 'delivery' | 'undecided'>): number {
  const { done } = countsOf(tallies);
  return delivery ? done - delivery.refused - (delivery.conflict - undecided) : done;
}

/**
 * True where the opposite of an operation can be planned: what it changed can be taken back, and not all of it was. A
 * part that was taken back, some records or some fields, leaves the rest to be undone.
 */
export function canUndo(operation: Operation): boolean {
  const { state, forecast, undone, isCleaned } = operation;
  return !isCleaned && allows(state, 'undo') && forecast.reversible && undone < standingOf(operation);
}

/**
 * True where an operation is over and left records that a further try may change: here, or at a remote that refused. What
 * an undo was refused there is not tried again, because here stands what the remote has.
 */
export function canRetry({ state, tallies, isCleaned, delivery, undoOf }: Operation): boolean {
  const counts = countsOf(tallies);
  const refused = undoOf === null ? (delivery?.refused ?? 0) : 0;
  const isLeft = refused > 0 || leftoverStates.some((left) => counts[left] > 0);
  return !isCleaned && allows(state, 'retry') && isLeft;
}

/**
 * True where the user may say what became of changes that a remote never answered about: the operation is over and
 * goes on without harm, because nothing stopped it and nothing of it was taken back or removed.
 */
export function canSettleUnknown({ endedAt, undoneBy, isCleaned, stoppedBy }: Operation): boolean {
  return endedAt !== null && undoneBy === null && !isCleaned && stoppedBy === null;
}
