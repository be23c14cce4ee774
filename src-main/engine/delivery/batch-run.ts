import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import type { Batch, Outcome, ReadBack, Remote } from '../../remotes/remote.ts';
import type { ClaimedBatch, HeldDelivery, Settlement } from '../../store/store.ts';
import { takeAnswers } from './answers.ts';
import { afterReadBack, afterSending, type Circumstances, insteadOfSending, mayBeSent } from './verdict.ts';

export interface BatchContext {
  readonly remote: Remote;
  /** The latest that it may be (epoch ms). */
  readonly possibleMs: () => number;
  readonly random: () => number;
  /** Aborted when the console cannot wait any longer. */
  readonly signal: AbortSignal;
  /** Takes what becomes of each delivery, as soon as it is known and once for each. */
  readonly settle: (settlement: Settlement) => void;
  /** Writes down how far the remote has come with a batch, together with all that was settled before. */
  readonly keep: (batchId: number, cursor: string) => Promise<void>;
  readonly report: (error: unknown) => void;
}

/** Sends a batch, or asks what became of it. Resolves when everything in it has been settled; never rejects. */
export async function runBatch(context: BatchContext, batch: ClaimedBatch): Promise<void> {
  const { remote, settle } = context;
  const given: Circumstances = {
    capabilities: remote.capabilities,
    retry: batch.options.retry,
    possibleMs: context.possibleMs(),
    random: context.random,
  };
  if (batch.purpose === 'check') {
    const unanswered = await ask(context, batch, batch.deliveries, remote.readBack, (held, answer) =>
      settle(afterReadBack(held, answer, given)),
    );
    for (const held of unanswered) settle(afterReadBack(held, null, given));
    return;
  }
  const sendable = batch.deliveries.filter((held) => mayBeSent(held, given));
  for (const held of batch.deliveries.filter((one) => !sendable.includes(one)))
    settle(insteadOfSending(held, given));
  const unanswered = await ask(context, batch, sendable, remote.send, (held, outcome) =>
    settle(afterSending(held, outcome, given)),
  );
  for (const held of unanswered) settle(afterSending(held, { key: held.key, kind: 'unknown' }, given));
}

/** Puts deliveries before the remote and answers those for which nothing came back within the time for one answer. */
async function ask<A extends ReadBack | Outcome>(
  { remote, signal, keep, report }: BatchContext,
  claimed: ClaimedBatch,
  deliveries: readonly HeldDelivery[],
  how: (this: Remote, batch: Batch, signal: AbortSignal) => AsyncIterable<A>,
  take: (held: HeldDelivery, answer: Extract<A, { readonly key: string }>) => void,
): Promise<HeldDelivery[]> {
  if (deliveries.length === 0) return [];
  const open = new Map(deliveries.map((held) => [held.key, held]));
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), claimed.options.itemTimeoutMs);
  const stop = AbortSignal.any([signal, late.signal]);
  try {
    await takeAnswers(how.call(remote, toBatch(claimed, deliveries), stop), open, stop, {
      take: (held, answer) => {
        timer.refresh();
        take(held, answer);
      },
      keep: async (cursor) => {
        timer.refresh();
        if (claimed.batch) await keep(claimed.batch.batchId, cursor);
      },
    });
  } catch (error) {
    report(error);
  } finally {
    clearTimeout(timer);
  }
  return [...open.values()];
}

function toBatch(
  { operationId, actor, collection, batch }: ClaimedBatch,
  open: readonly HeldDelivery[],
): Batch {
  const deliveries = open.map(toDelivery);
  return {
    operationId,
    actor,
    collection,
    key: batch?.key ?? '',
    cursor: batch?.cursor ?? null,
    members: batch?.members.map(toDelivery) ?? deliveries,
    deliveries,
  };
}

function toDelivery({ key, recordKey, version, isAsPulled, change }: HeldDelivery): Delivery {
  return { key, recordKey, version, isAsPulled, change };
}
