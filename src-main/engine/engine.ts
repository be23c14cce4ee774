import type { PlanRequest } from '../../src-shared/contract/operations.ts';
import { type Operation, statesFor } from '../../src-shared/domain/operation.ts';
import type { StoredOperation, Transition } from '../store/store.ts';
import { discard } from './draft.ts';
import { createPlanner, type PlanContext } from './planner.ts';
import type { EnginePorts } from './ports.ts';
import { createRunner } from './runner.ts';

/** Every change to records goes through here: planned, started, run in chunks, journaled, undone. */
export interface Engine {
  plan(request: PlanRequest, context?: PlanContext): Promise<Operation>;
  undo(args: { id: number; seqs?: readonly number[] | undefined }): Promise<Operation>;
  retry(args: { id: number }): Promise<Operation>;
  start(id: number): Promise<Operation>;
  pause(id: number): Promise<Operation>;
  resume(id: number): Promise<Operation>;
  cancel(id: number): Promise<Operation>;
  discard(id: number): Promise<void>;
  dismiss(id: number): Promise<Operation>;
  /** Keeps an operation from retention, or no longer. */
  pin(args: { id: number; isPinned: boolean }): Promise<Operation>;
  /** Takes up what an earlier process left: drafts are thrown away, what was under way goes on. */
  recover(): Promise<void>;
  /** Operations that are running or waiting for their turn. */
  active(): number;
  /** Stops at the next chunk border; what was under way goes on after the next start. */
  stop(): Promise<void>;
}

export function createEngine(ports: EnginePorts): Engine {
  const { store, clock, emit } = ports;
  const planner = createPlanner(ports);
  const runner = createRunner(ports);

  async function move(transition: Omit<Transition, 'nowMs'>): Promise<Operation> {
    return tell(await store.write('moveOperation', { ...transition, nowMs: clock.now() }));
  }

  function tell({ operation }: StoredOperation): Operation {
    emit({ name: 'operation.updated', payload: { operation, progress: null } });
    return operation;
  }

  return {
    ...planner,
    start: async (id) => {
      const operation = await move({ id, from: statesFor('start'), to: 'pending', event: 'started' });
      // The operation that is being undone is shown as such from now on.
      if (operation.undoOf !== null) tell(await store.read('getOperation', { id: operation.undoOf }));
      runner.enqueue(id);
      return operation;
    },
    pause: async (id) => {
      const operation = await move({ id, from: statesFor('pause'), to: 'paused', event: 'paused' });
      runner.interrupt(id);
      return operation;
    },
    resume: async (id) => {
      const from = [...statesFor('resume'), ...(runner.isStranded(id) ? statesFor('pause') : [])];
      const operation = await move({ id, from, to: 'pending', event: 'resumed' });
      runner.enqueue(id);
      return operation;
    },
    cancel: async (id) => {
      const operation = tell(await store.write('requestCancel', { id, nowMs: clock.now() }));
      runner.interrupt(id);
      runner.settle(id);
      return operation;
    },
    discard: (id) => discard(ports, id),
    dismiss: async (id) => tell(await store.write('dismissOperation', { id, nowMs: clock.now() })),
    pin: async (args) => tell(await store.write('pinOperation', { ...args, nowMs: clock.now() })),
    recover: async () => {
      for (const { operation } of await store.read('listUnfinished')) {
        if (operation.state === 'draft') await discard(ports, operation.id);
        else if (operation.state !== 'paused' || operation.isCancelling) runner.enqueue(operation.id);
      }
    },
    active: () => runner.active(),
    stop: () => runner.stop(),
  };
}
