import type { CollectionName } from '../../src-shared/collections/index.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { createRandom, type Random } from './random.ts';
import { sampleOrder } from './sample-orders.ts';
import { sampleSession } from './sample-sessions.ts';
import { sampleVideo } from './sample-videos.ts';

/** Collections whose sample is made of fields alone; that of tickets is made as a file's rows are. */
export type PlainCollection = Exclude<CollectionName, 'tickets'>;

const dayMs = 86_400_000;
const spanMs = 2 * 365 * dayMs;

const make: Readonly<Record<PlainCollection, (random: Random, number: number) => Changes>> = {
  sessions: sampleSession,
  videos: sampleVideo,
  orders: sampleOrder,
};

/**
 * Believable records of the last two years before `nowMs`, oldest first, keyed '1' to `count`. The same seed and time
 * give the same records.
 */
export function* sampleRecords(
  collection: PlainCollection,
  count: number,
  seed: number,
  nowMs: number,
): Generator<Changes, void, void> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index += 1) {
    const createdAt = Math.floor(nowMs - spanMs * (1 - (index + random.next()) / count));
    const lastedMs = Math.min(nowMs - createdAt, Math.floor(random.next() ** 3 * 9 * dayMs));
    yield {
      key: String(index + 1),
      source: 'sample',
      ...make[collection](random, index + 1),
      createdAt,
      updatedAt: createdAt + lastedMs,
    };
  }
}
