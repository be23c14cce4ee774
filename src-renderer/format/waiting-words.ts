import type { Operation } from '../../src-shared/domain/operation.ts';
import { formatMoment } from './times.ts';

/** Why a started operation has not begun: its time has not come, or others run first. */
export function waitingWords({ options }: Pick<Operation, 'options'>, nowMs: number): string {
  const { startAt } = options;
  return startAt !== null && startAt > nowMs
    ? `Starts ${formatMoment(startAt, nowMs)}`
    : 'Waits until an operation before it has ended';
}
