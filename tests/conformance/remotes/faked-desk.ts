import { afterEach, expect } from 'vitest';
import { type HttpLimits, httpLimits } from '../../../src-main/remotes/http-limits.ts';
import type { RemoteRecord } from '../../../src-main/remotes/remote.ts';
import { isAsWanted } from '../../../src-main/vendors/bulkhead/judgement.ts';
import { type BulkheadRemote, createBulkheadRemote } from '../../../src-main/vendors/bulkhead/remote.ts';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import type { DeskRecord, Fields } from '../../fakes/desk/desk-records.ts';
import { type Desk, type DeskOptions, startDesk } from '../../fakes/desk/desk-server.ts';
import type { deliver } from './deliver.ts';
import { pullAll } from './pull-all.ts';
import { deliveriesOf, type Way } from './ways.ts';

/** How many records of each collection there are. */
export const count = 40;

/** A desk that misbehaves on demand, and the remote that it is. */
export interface FakedDesk {
  readonly desk: Desk;
  readonly remote: BulkheadRemote;
  open(options?: Partial<DeskOptions>, limits?: Partial<HttpLimits>): Promise<void>;
  /** Everything that can be told in one way. */
  toldTo(way: Way): Promise<Delivery[]>;
  theirs(collection: CollectionName, key: string): DeskRecord;
  /** Nothing is lost, nothing happened twice, and what counts as confirmed is so. */
  expectTruth(way: Way, told: readonly Delivery[], outcomes: Awaited<ReturnType<typeof deliver>>): void;
}

export function seeds(): Record<CollectionName, Fields[]> {
  const make = (fields: Fields) => Array.from({ length: count }, () => ({ ...fields }));
  return {
    tickets: make({ status: 'open', assignee: 'Mina', product: 'Desk', category: null }),
    sessions: make({ status: 'open', title: 'A session' }),
    videos: make({ status: 'ready', category: 'None', creator: 'mina' }),
    orders: make({ status: 'PENDING', isArchived: 'no', isLocked: 'no' }),
  };
}

export function asRecord({ id, version, isDeleted, fields }: DeskRecord): RemoteRecord {
  return { key: id, version, isDeleted, fields };
}

/** A test of a file opens a desk of its own. */
export function useFakedDesk(): FakedDesk {
  let desk: Desk;
  let remote: BulkheadRemote;
  afterEach(async () => {
    remote.gate.close();
    await desk.close();
  });

  function theirs(collection: CollectionName, key: string): DeskRecord {
    const record = desk.records.find(collection, key);
    if (!record) throw new Error(`no ${collection} ${key}`);
    return record;
  }

  return {
    get desk() {
      return desk;
    },
    get remote() {
      return remote;
    },
    open: async (options = {}, limits = {}) => {
      desk = await startDesk({ records: seeds(), ...options });
      remote = createBulkheadRemote({
        address: `${desk.address}/`,
        token: 'secret',
        limits: { ...httpLimits, ...limits },
        random: () => 0,
      });
    },
    toldTo: async (way) => deliveriesOf(way, await pullAll(remote, way.collection)),
    theirs,
    expectTruth: (way, told, outcomes) => {
      expect(outcomes.size).toBe(told.length);
      for (const delivery of told) {
        const record = theirs(way.collection, delivery.recordKey);
        const outcome = outcomes.get(delivery.recordKey);
        const what = `${delivery.recordKey}: ${JSON.stringify(outcome)}`;
        expect(record.effects, what).toBeLessThanOrEqual(1);
        if (outcome?.kind === 'confirmed') {
          expect(record.effects, what).toBe(1);
          if (delivery.change.kind === 'fields')
            expect(isAsWanted(asRecord(record), delivery), what).toBe(true);
        }
        if (outcome?.kind === 'refused') expect(record.effects, what).toBe(0);
      }
    },
  };
}
