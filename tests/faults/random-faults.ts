import type { Delivery } from '../../src-shared/domain/delivery.ts';
import { RunOptions } from '../../src-shared/domain/run-options.ts';
import { pick } from '../builders/random.ts';
import type { EffectAnswer, EffectServerOptions, Treatment } from '../fakes/effect-server.ts';
import type { Fault } from './fault.ts';

/** Mostly errors, which cost no time; now and then a thread that dies, before or after what it does. */
export function faultFrom(random: () => number): Fault {
  const methods = [
    'moveOperation',
    'applyChunk',
    'finishOperation',
    'cancelRest',
    'noteFailedTry',
    'exchangeDeliveries',
    undefined,
  ];
  const method = methods[Math.floor(random() * methods.length)];
  const errors = ['SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_BUSY'] as const;
  const error = pick(errors, random);
  const deaths = ['exit', 'exit-after', 'throw'] as const;
  const death = pick(deaths, random);
  const how = random() < 0.9 ? error : death;
  const nth = 1 + Math.floor(random() * 12);
  if (random() < 0.1) return { thread: 'reader', kind: 'statement', nth: 1 + (nth % 3), how };
  const times = 1 + Math.floor(random() * 4);
  const where = random() < 0.3 ? { text: 'COMMIT', nth: 1 + (nth % 3) } : { nth };
  return { thread: 'writer', kind: 'write', times, how, ...where, ...(method ? { method } : {}) };
}

export function optionsFrom(random: () => number): RunOptions {
  return RunOptions.parse({
    retry: { attempts: 1 + Math.floor(random() * 5), baseMs: 1, maxMs: 4 },
    maxErrors: random() < 0.15 ? Math.floor(random() * 5) : null,
    itemTimeoutMs: random() < 0.3 ? 100 : 5_000,
    canary: random() < 0.15 ? { count: 1 + Math.floor(random() * 40), isPausing: random() < 0.5 } : null,
  });
}

/** What comes too late for the shortest time for an answer, and still within `settleMs` of a remote without keys. */
const slowMs = 150;
export const settleMs = 300;

/** How a remote behaves that errs, is slow, loses answers, refuses and cannot always tell what it was told. */
export function troubleFrom(random: () => number): Pick<EffectServerOptions, 'treat' | 'judge' | 'recall'> {
  const treatments: readonly Treatment[] = [
    { status: 503 },
    { status: 429, retryAfter: '0.02' },
    { status: 500 },
    { cut: 'before' },
    { cut: 'after' },
    { beforeMs: slowMs },
    { afterMs: slowMs },
    { beforeMs: slowMs, cut: 'after' },
  ];
  const verdicts: readonly Omit<EffectAnswer, 'key'>[] = [
    { result: 'refused', code: 'locked' },
    { result: 'stale' },
    { result: 'busy' },
  ];
  return {
    treat: () => (random() < 0.1 ? pick(treatments, random) : {}),
    judge: (_delivery: Delivery) => (random() < 0.01 ? pick(verdicts, random) : null),
    recall: () => (random() < 0.1 ? 'unclear' : null),
  };
}
