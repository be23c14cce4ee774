import { randomInt } from 'node:crypto';
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import type { Operation, Waiting } from '../../../src-shared/domain/operation.ts';
import type { Remote } from '../../remotes/remote.ts';
import type { StoredOperation } from '../../store/store.ts';
import { planChunkSize } from '../plan/draft.ts';
import type { EnginePorts } from '../ports.ts';
import { createProgressMeter, type ProgressMeter } from '../run/progress.ts';
import { tellOperation } from '../run/tell.ts';
import { type Courier, type CourierPorts, createCourier } from './courier.ts';
import { createElapsed } from './elapsed.ts';
import { afterCrash } from './verdict.ts';

/** Tells remotes of the changes of their records, and operations when that is done. */
export interface Deliverer {
  /** Settles what earlier processes had in flight. Comes before everything else. */
  recover(): Promise<void>;
  /** An operation is resumed: what kept it from being told is over, until it shows again. */
  forgive(id: number): void;
  /** An operation may have new deliveries, or its deliveries are to stop. */
  note(id: number): void;
  /**
   * Looks after an operation that has nothing else left to do than to tell remotes; `onSettled` says when that is done.
   * Throws `Untold`.
   */
  take(stored: StoredOperation): Promise<void>;
  /** Takes back what of an operation that is to end was not sent; about what may have arrived the remotes are asked. */
  cancel(id: number): Promise<void>;
  /** Operations that are looked after. */
  active(): number;
  /** Those of them that do not only wait for a remote that is not to be asked. */
  busy(): number;
  /** Sends nothing more. Resolves when what was in flight is written down. */
  stop(): Promise<void>;
}

/** What keeps an operation from being told of. It was tried for a while: trying it once more does not help. */
export class Untold extends BulkheadError {}

export interface DelivererNews extends Pick<CourierPorts, 'onRecords'> {
  /** An operation has nothing left to tell, or is kept from being told. */
  readonly onSettled: (operation: Operation) => void;
}

export function createDeliverer(ports: EnginePorts, { onSettled, onRecords }: DelivererNews): Deliverer {
  const { store, clock, remotes, report } = ports;
  const elapsed = createElapsed(clock);
  const random = Math.random;
  const troubles = new Map<number, BulkheadError>();
  const meters = new Map<number, ProgressMeter>();
  const taken = new Map<number, { readonly operation: Operation; readonly remotes: readonly string[] }>();

  function leave(id: number): void {
    meters.delete(id);
    const left = taken.get(id);
    if (taken.delete(id) && left) onSettled(left.operation);
  }

  function tell({ operation, undelivered }: StoredOperation, waiting: Waiting | null): void {
    const meter = meters.get(operation.id) ?? createProgressMeter();
    meters.set(operation.id, meter);
    const measured = meter.update(operation, clock.now(), undelivered);
    tellOperation(ports, operation, waiting ? { ...measured, waiting } : measured);
  }

  const courierPorts = {
    store,
    clock,
    elapsed,
    random,
    fence: randomInt(1, 2 ** 47),
    report,
    onRecords,
    onSettled: leave,
    onInactive: (id: number) => {
      meters.delete(id);
      taken.delete(id);
    },
    onProgress: tell,
    onTrouble: (ids: readonly number[], error: BulkheadError) => {
      for (const id of ids) {
        troubles.set(id, error);
        leave(id);
      }
    },
  };
  const couriers = new Map<string, { remote: Remote; courier: Courier }>();
  const leaving = new Set<Promise<void>>();
  let isStopped = false;

  /** Remotes come and go while the console runs; one that takes another's place has a courier of its own. */
  function courierOf(name: string): Courier | undefined {
    const remote = remotes.get(name);
    const known = couriers.get(name);
    if (known && known.remote === remote) return known.courier;
    if (known) {
      const left = known.courier.stop().finally(() => leaving.delete(left));
      leaving.add(left);
      couriers.delete(name);
    }
    if (!remote || isStopped) return undefined;
    const courier = createCourier(courierPorts, name, remote);
    couriers.set(name, { remote, courier });
    return courier;
  }

  function longestSettleMs(): number {
    return Math.max(0, ...[...remotes.values()].map(({ capabilities }) => capabilities.settleMs));
  }

  /** The remotes that an operation has still something to tell. */
  async function openRemotes(operationId: number): Promise<string[]> {
    const names = await store.read('listOpenRemotes', { operationId });
    // One that was removed meanwhile had been told all: that is known to whoever looks again.
    return names.every((name) => remotes.has(name)) ? names : store.read('listOpenRemotes', { operationId });
  }

  async function take({ operation }: StoredOperation): Promise<void> {
    const { id } = operation;
    const trouble = troubles.get(id);
    troubles.delete(id);
    if (trouble) throw new Untold(trouble.code, trouble.message, { cause: trouble });
    const names = await openRemotes(id);
    const unknown = names.filter((name) => !remotes.has(name));
    if (unknown.length > 0 && !operation.isCancelling) {
      throw new Untold(
        'remote_missing',
        `"${operation.title}" has still something to tell ${unknown.join(', ')}, which the console is not connected to.`,
      );
    }
    if (unknown.length > 0)
      await store.write('giveUpDeliveries', { operationId: id, remotes: unknown, nowMs: clock.now() });
    taken.set(id, { operation, remotes: names });
    if (names.length === unknown.length) leave(id);
    for (const name of names) courierOf(name)?.take(id);
  }

  return {
    recover: async () => {
      const orphans = await store.read('listOrphans');
      const settlements = orphans.flatMap(({ deliveries, options }) =>
        deliveries.map((held) =>
          afterCrash(held, {
            capabilities: remotes.get(held.remote)?.capabilities ?? null,
            retry: options.retry,
            possibleMs: elapsed.possibleMs(),
            random,
          }),
        ),
      );
      const at = { nowMs: clock.now(), sureMs: elapsed.sureMs() };
      await store.write('recoverDeliveries', { settlements, at, settleMs: longestSettleMs() });
    },
    forgive: (id) => {
      troubles.delete(id);
    },
    note: (id) => {
      for (const name of remotes.keys()) courierOf(name)?.take(id);
    },
    take,
    cancel: async (operationId) => {
      const limit = planChunkSize;
      const settleMs = longestSettleMs();
      const at = () => ({ nowMs: clock.now(), sureMs: elapsed.sureMs() });
      while (await store.write('cancelDeliveries', { operationId, limit, at: at(), settleMs }));
    },
    active: () => taken.size,
    busy: () =>
      [...taken.values()].filter(({ operation, remotes: names }) =>
        names.some((name) => remotes.get(name)?.gate.shut(operation.collection) === null),
      ).length,
    stop: async () => {
      isStopped = true;
      await Promise.all([...[...couriers.values()].map(({ courier }) => courier.stop()), ...leaving]);
    },
  };
}
