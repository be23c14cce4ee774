import type { Db } from '../open.ts';
import { initial } from './0001-initial.ts';
import { trust } from './0002-trust.ts';
import { server } from './0003-server.ts';
import { batches } from './0004-batches.ts';
import { mirror } from './0005-mirror.ts';
import { collections } from './0006-collections.ts';
import { videoFiles } from './0007-video-files.ts';
import { longHistory } from './0008-long-history.ts';
import { retries } from './0009-retries.ts';
import { refusedRecords } from './0010-refused-records.ts';
import { who } from './0011-who.ts';

/**
 * Every migration in order, as SQL or what runs it; the position plus one is the `user_version` it leads to. Released
 * ones never change.
 */
export const migrations: readonly (string | ((db: Db) => void))[] = [
  initial,
  trust,
  server,
  batches,
  mirror,
  collections,
  videoFiles,
  longHistory,
  retries,
  refusedRecords,
  who,
];
