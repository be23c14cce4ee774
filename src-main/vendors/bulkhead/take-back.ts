import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { Delivery } from '../../../src-shared/domain/delivery.ts';
import type { Http } from '../../remotes/http.ts';
import type { Batch, ItemOutcome, Outcome } from '../../remotes/remote.ts';
import { confirmedAt, isAsWanted } from './judgement.ts';
import { inParallel } from './pool.ts';
import { changeRecord, changesAtOnce, getRecord, toOutcome } from './records.ts';

/** What a remote says of a step between states that leads there on no way but by undo. */
const noSuchStep: readonly string[] = ['illegal_transition', 'closed', 'INVALID_STATUS_TRANSITION'];
/** What it says of a record that may stand as the change wants it: that it was told of nothing that is undone here, for example. */
const maybeSo: readonly string[] = [...noSuchStep, 'not_deleted', 'already_archived', 'ALREADY_ARCHIVED'];

/**
 * The outcomes of a batch. A change that the remote's rules allow to nobody is asked for again as an undo of what the
 * user did there before, which is the same if the change is an undo. What is refused again stays refused, unless the
 * record already has the wanted values.
 */
export async function* orTakenBack(
  http: Http,
  batch: Batch,
  outcomes: AsyncIterable<Outcome>,
  signal: AbortSignal,
): AsyncGenerator<Outcome, void, void> {
  const byKey = new Map(batch.deliveries.map((delivery) => [delivery.key, delivery]));
  const refused = new Map<Delivery, Extract<ItemOutcome, { kind: 'refused' }>>();
  const takeBack = async function* () {
    const again = [...refused];
    refused.clear();
    yield* inParallel(again, changesAtOnce, ([delivery, refusal]) =>
      takenBack(http, batch.collection, delivery, refusal, signal),
    );
  };
  for await (const outcome of outcomes) {
    const delivery =
      outcome.kind === 'refused' && maybeSo.includes(outcome.code) ? byKey.get(outcome.key) : undefined;
    if (outcome.kind === 'refused' && delivery) refused.set(delivery, outcome);
    else {
      // A cursor leaves behind what came before it.
      if (outcome.kind === 'cursor') yield* takeBack();
      yield outcome;
    }
  }
  yield* takeBack();
}

async function takenBack(
  http: Http,
  collection: CollectionName,
  delivery: Delivery,
  refusal: Extract<ItemOutcome, { kind: 'refused' }>,
  signal: AbortSignal,
): Promise<ItemOutcome> {
  const outcome = noSuchStep.includes(refusal.code)
    ? await changeRecord(http, collection, delivery, 'undo', signal)
    : refusal;
  if (outcome.kind !== 'refused') return outcome;
  return toOutcome(delivery, async () => {
    const record = await getRecord(http, collection, delivery.recordKey, signal);
    return record && isAsWanted(record, delivery) ? confirmedAt(record, delivery) : refusal;
  });
}
