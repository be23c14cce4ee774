import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { everyAction, limitFor } from '../../../src-shared/domain/limit.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import { durationWords } from '../../platform/duration-words.ts';
import { readSettings } from '../../store/settings.ts';
import type { NewOperation, Rate } from '../../store/store.ts';
import type { EnginePorts } from '../ports.ts';

/** Above this share of a limit a plan says so. */
const nearShare = 0.8;

type Subject = Pick<NewOperation, 'action' | 'collection' | 'title' | 'actor'>;

/**
 * Checks a plan of so many records against the limit of its action. Answers sentences about limits that it comes
 * near, to be shown before it is started. Throws `limit_exceeded` with `details.limit` and `details.asked`.
 */
export async function admitPlan(
  ports: Pick<EnginePorts, 'store' | 'clock'>,
  subject: Subject,
  records: number,
): Promise<string[]> {
  const { limit, rate } = await limitsOf(ports, subject);
  const warnings: string[] = [];
  const maxRecords = limit?.maxRecords ?? null;
  if (maxRecords !== null && records > maxRecords) {
    throw new BulkheadError(
      'limit_exceeded',
      `"${subject.title}" has ${countOf(records, 'record', 'records')}; one operation may have at most ${formatNumber(maxRecords)}. Nothing was planned.`,
      { details: { limit: maxRecords, asked: records } },
    );
  }
  if (maxRecords !== null && records > nearShare * maxRecords)
    warnings.push(`It has ${formatNumber(records)} of at most ${countOf(maxRecords, 'record', 'records')}.`);
  if (rate) {
    const { used, waitMs } = await ports.store.read('readRate', {
      rate,
      operationId: 0,
      nowMs: ports.clock.now(),
    });
    if (used >= rate.count)
      warnings.push(
        `${countOf(rate.count, 'operation like it was', 'operations like it were')} started within ${durationWords(rate.perMs)}, and no more are allowed: it can be started in ${durationWords(waitMs)}.`,
      );
    else if (used + 1 > nearShare * rate.count)
      warnings.push(
        `It is number ${formatNumber(used + 1)} of at most ${countOf(rate.count, 'operation', 'operations')} like it within ${durationWords(rate.perMs)}.`,
      );
  }
  return warnings;
}

/** The rate that counts when an operation is started, or undefined when there is none. */
export async function rateFor(ports: Pick<EnginePorts, 'store'>, id: number): Promise<Rate | undefined> {
  const { operation } = await ports.store.read('getOperation', { id });
  return (await limitsOf(ports, operation)).rate ?? undefined;
}

async function limitsOf({ store }: Pick<EnginePorts, 'store'>, { action, collection, actor }: Subject) {
  const { limits } = await readSettings(store);
  const limit = limitFor(limits, collection, action);
  if (!limit?.rate) return { limit, rate: null };
  const isOwn = limit.action !== everyAction;
  const others = limits.filter((other) => other.collection === collection && other.action !== everyAction);
  const rate: Rate = {
    actor,
    collection,
    action: isOwn ? limit.action : null,
    except: isOwn ? [] : others.map((other) => other.action),
    ...limit.rate,
  };
  return { limit, rate };
}
