import { countsOf } from '../../../src-shared/domain/operation.ts';
import {
  brokenRule,
  brokenTimeLimit,
  type StoppedBy,
  triedOf,
} from '../../../src-shared/domain/stop-rule.ts';
import type { StoredOperation } from '../../store/store.ts';
import type { Deliverer } from '../delivery/deliverer.ts';
import type { EnginePorts } from '../ports.ts';

/** What one run of an operation works with. */
export interface RunContext {
  readonly id: number;
  readonly ports: EnginePorts;
  readonly deliverer: Deliverer;
  /** Aborted when the operation is paused or cancelled, or the console stops: whatever waits looks up. */
  readonly signal: AbortSignal;
  isStopping(): boolean;
  /** Its time in progress so far, earlier runs included. */
  runMs(): number;
  /** A chunk was applied: what failed before it counts no more, and lists are out of date. */
  noteProgress(): void;
}

/** True while a run may go on with its operation. */
export function isUnderWay(context: RunContext, { operation }: StoredOperation): boolean {
  return !context.isStopping() && operation.state === 'in_progress' && !operation.isCancelling;
}

/** The rule that failures have broken, or null. */
export function failureRuleOf({ operation }: StoredOperation): StoppedBy | null {
  return brokenRule(operation.options, triedOf(countsOf(operation.tallies)));
}

/** The rule by which an operation with work left is to stop now, or null. */
export function stopRuleOf(context: RunContext, stored: StoredOperation): StoppedBy | null {
  return failureRuleOf(stored) ?? brokenTimeLimit(stored.operation.options, context.runMs());
}
