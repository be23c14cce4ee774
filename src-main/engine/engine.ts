import { BulkheadError } from '../../src-shared/contract/errors.ts';
import type { PlanRequest } from '../../src-shared/contract/operations.ts';
import { countsOf, isFinal, type Operation, statesFor } from '../../src-shared/domain/operation.ts';
import type { RunOptions } from '../../src-shared/domain/run-options.ts';
import { toBulkheadError } from '../platform/coded-error.ts';
import type { KeptChanges, OperationKey, StoredOperation, Transition } from '../store/store.ts';
import { createDeliverer } from './delivery/deliverer.ts';
import { abandon, discard } from './plan/draft.ts';
import { rateFor } from './plan/limits.ts';
import type { UndoRequest } from './plan/plan-undo.ts';
import { createPlanner, type PlanContext } from './plan/planner.ts';
import { assertSpace, spaceForItems } from './plan/space.ts';
import type { Asker, EnginePorts } from './ports.ts';
import { stoodStill } from './run/run-steps.ts';
import { createRunner } from './run/runner.ts';
import { tellOperation, tellOrigins } from './run/tell.ts';

export interface SettleUnknown {
  readonly id: number;
  readonly how: 'confirmed' | 'send_again';
  /** All of its items that are unknown where none are named. */
  readonly seqs?: readonly number[] | undefined;
}

/** Every change to records goes through here: planned, started, run in chunks, journaled, undone. `by` names who asks. */
export interface Engine {
  plan(request: PlanRequest, context: PlanContext): Promise<Operation>;
  /** Throws `wrong_state` and `invalid_request`. */
  undo(request: UndoRequest, by: Asker): Promise<Operation>;
  retry(args: { id: number }, by: Asker): Promise<Operation>;
  /** Throws `nothing_to_do`. */
  keepMine(kept: KeptChanges, by: Asker): Promise<Operation>;
  /** Null where it starts by itself. A key names the request for ever: the same one never starts a second operation. */
  start(id: number, by: string | null, options?: RunOptions, key?: OperationKey): Promise<Operation>;
  pause(id: number, by: string): Promise<Operation>;
  resume(id: number, by: string): Promise<Operation>;
  cancel(id: number, by: string): Promise<Operation>;
  discard(id: number): Promise<void>;
  /** As `discard`, of what nobody is to start any more. Never rejects: what cannot be removed now is later. */
  abandon(id: number): Promise<void>;
  dismiss(id: number, by: string): Promise<Operation>;
  /** Dismisses all that somebody asked for and that has ended. */
  dismissEnded(actor: string): Promise<void>;
  /** Takes the user's word for what became of changes that a remote never answered about. Throws `wrong_state`. */
  settleUnknown(args: SettleUnknown, by: string): Promise<{ settled: number; operation: Operation }>;
  /** Tells of an operation whose conflicts were decided, and of what it came from. */
  retell(id: number): Promise<void>;
  /** Keeps an operation from retention, or no longer. */
  pin(args: { id: number; isPinned: boolean }, by: string): Promise<Operation>;
  /** What it knows is of another database: no operation is moved (`restoring`) before `recover` has taken up those of this one. */
  forget(): void;
  /** Takes up what the database holds, at a start or after a restore: drafts are thrown away, what was under way goes on. */
  recover(): Promise<void>;
  /** An operation as it is to be shown: one that stands still is paused, even where the database could not be told so. */
  asItStands(operation: Operation): Operation;
  /** Operations that are running, or are about to, or wait for their turn or for a remote. */
  active(): number;
  /** True while something is done, or about to be; what waits for a remote that is away may wait for days. */
  isBusy(): boolean;
  /** Stops at the next chunk border; what was under way goes on after the next start. */
  stop(): Promise<void>;
}

/** Operations that are dismissed per transaction. */
const dismissSize = 200;

export function createEngine(ports: EnginePorts): Engine {
  const { store, clock, emit } = ports;
  const planner = createPlanner(ports);
  const deliverer = createDeliverer(ports, {
    onSettled: (operation) => runner.settle(operation),
    onRecords: (collection) => runner.noteRecordsChanged(collection),
  });
  const runner = createRunner(ports, deliverer);
  /** Operations that are being set going, of which the runner does not know yet. */
  let beginning = 0;
  /** Those of a restored backup, of which it does not know any. */
  let isForgotten = false;

  function begun(): number {
    return beginning + Number(isForgotten) + runner.active();
  }

  function assertRecovered(): void {
    if (!isForgotten) return;
    throw new BulkheadError(
      'restoring',
      'The operations of a restored backup are being taken up. This was not carried out.',
    );
  }

  async function move(transition: Omit<Transition, 'nowMs'>): Promise<Operation> {
    return tell(await store.write('moveOperation', { ...transition, nowMs: clock.now() }));
  }

  function tell({ operation }: StoredOperation): Operation {
    return tellOperation(ports, operation);
  }

  /** Nobody knows whether a command was carried out of which the thread died: the runner looks, so that nothing is left standing, nor shown as it is not. */
  async function surely<T>(id: number, command: () => Promise<T>): Promise<T> {
    assertRecovered();
    try {
      return await command();
    } catch (error) {
      if (toBulkheadError(error).code === 'worker_lost') runner.look(id);
      throw error;
    }
  }

  /** Gives an operation its turn. */
  async function setGoing(transition: Omit<Transition, 'nowMs'>): Promise<Operation> {
    const { id } = transition;
    beginning += 1;
    try {
      // Also where nobody knows whether it was carried out.
      const operation = await surely(id, () => move(transition)).finally(() => deliverer.forgive(id));
      runner.enqueue(operation);
      return operation;
    } finally {
      beginning -= 1;
    }
  }

  return {
    ...planner,
    start: async (id, by, options, key) => {
      const { operation: draft, effect } = await store.read('getOperation', { id });
      if (effect.kind !== 'export')
        await assertSpace(store, spaceForItems(countsOf(draft.tallies).planned, effect));
      const rate = await rateFor(ports, id);
      const actor = by ?? undefined;
      const started = { to: 'pending', event: 'started', actor, options, rate, key } as const;
      const operation = await setGoing({ id, from: statesFor('start'), ...started });
      // The operation that is being undone or tried again is shown as such from now on.
      await tellOrigins(ports, operation).catch((error: unknown) => ports.report(error, `start of ${id}`));
      return operation;
    },
    pause: async (id, actor) => {
      const runMs = runner.runMs(id);
      const paused = { to: 'paused', event: 'paused', actor, runMs } as const;
      const operation = await surely(id, () => move({ id, from: statesFor('pause'), ...paused }));
      runner.interrupt(id);
      deliverer.note(id);
      return operation;
    },
    resume: async (id, actor) => {
      const from = [...statesFor('resume'), ...(runner.strandedBy(id) ? statesFor('pause') : [])];
      return setGoing({ id, from, to: 'pending', event: 'resumed', actor });
    },
    cancel: async (id, actor) => {
      const requested = () => store.write('requestCancel', { id, actor, nowMs: clock.now() });
      const operation = tell(await surely(id, requested));
      runner.interrupt(id);
      runner.settle(operation);
      return operation;
    },
    discard: (id) => discard(ports, id),
    abandon: (id) => abandon(ports, id),
    dismiss: async (id, actor) =>
      tell(await store.write('dismissOperation', { id, actor, nowMs: clock.now() })),
    dismissEnded: async (actor) => {
      try {
        for (let after: number | null = 0; after !== null; )
          after = await store.write('dismissEnded', { actor, after, limit: dismissSize, nowMs: clock.now() });
      } finally {
        // Where it could not be finished, some may be dismissed.
        emit({ name: 'operations.dismissed', payload: { actor } });
      }
    },
    settleUnknown: (args, actor) =>
      surely(args.id, async () => {
        const settled = await store.write('settleUnknown', { ...args, actor, nowMs: clock.now() });
        const operation = tell(await store.read('getOperation', { id: args.id }));
        if (settled > 0) runner.settle(operation);
        return { settled, operation };
      }),
    retell: async (id) => tellOrigins(ports, tell(await store.read('getOperation', { id }))),
    pin: async (args, actor) =>
      tell(await store.write('pinOperation', { ...args, actor, nowMs: clock.now() })),
    forget: () => {
      isForgotten = true;
      runner.forget();
    },
    recover: async () => {
      await deliverer.recover();
      for (const { operation } of await store.read('listUnfinished')) {
        if (operation.state === 'draft') await abandon(ports, operation.id);
        else if (operation.state !== 'paused' || operation.isCancelling) runner.enqueue(operation);
      }
      isForgotten = false;
    },
    asItStands: (operation) => {
      const stoppedBy = runner.strandedBy(operation.id);
      return stoppedBy && !isFinal(operation.state) ? stoodStill(operation, stoppedBy) : operation;
    },
    active: () => begun() + deliverer.active(),
    isBusy: () => begun() + deliverer.busy() > 0,
    stop: async () => {
      await Promise.all([runner.stop(), deliverer.stop()]);
    },
  };
}
