import type { ActionStatistics, Verification } from '../../src-shared/contract/history.ts';
import { countsOf, isFinal } from '../../src-shared/domain/operation.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

const head = '9f2c41d07be8a6530c1fe77d24b9a8816f0d3352ec47ab91d5508ef37a62c4b0';

/** What a fake console answers about its history as evidence. */
export function fakeHistoryAnswers(world: FakeWorld): Answers {
  const verify = async (): Promise<Verification> => {
    const all = [...world.operations.values()];
    const total = all.reduce((sum, { items }) => sum + items.length, 0);
    for (let step = 0; step <= 10; step += 1) {
      const checked = Math.round((total * step) / 10);
      world.events.tell({ name: 'history.verifying', payload: { checked, total } });
      await new Promise((resolve) => setTimeout(resolve, world.options.tickMs ?? 100));
    }
    const entries = all.reduce((sum, { journal }) => sum + journal.length, 0);
    return {
      at: Date.now(),
      tookMs: 1_100,
      entries,
      items: total,
      head,
      problems: [],
      hasMoreProblems: false,
    };
  };
  return {
    'history.verify': verify,
    'history.report': async ({ id, format }) => {
      const name = `${id === null ? 'history' : `operation-${id}`}.${format}`;
      return {
        path: `/home/mina/Support/exports/${name}`,
        name,
        bytes: 48_200,
        verification: await verify(),
      };
    },
    'history.workspace': () => ({ entries: [], hasMore: false }),
    'history.statistics': ({ since }) => ({ actions: statistics(world, since) }),
  };
}

function statistics(world: FakeWorld, since: number | null): ActionStatistics[] {
  const ended = [...world.operations.values()]
    .map(({ operation }) => operation)
    .filter(({ state, endedAt }) => isFinal(state) && (since === null || (endedAt ?? 0) > since));
  const actions = new Map<string, typeof ended>();
  for (const operation of ended) {
    actions.set(operation.action, [...(actions.get(operation.action) ?? []), operation]);
  }
  return [...actions].map(([action, operations]) => {
    const tallies = operations.flatMap((operation) => operation.tallies);
    const { done, failed } = countsOf(tallies);
    const tookMs = operations
      .map(({ startedAt, endedAt }) => (endedAt ?? 0) - (startedAt ?? 0))
      .sort((a, b) => a - b);
    const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)] ?? null;
    const errors = tallies
      .filter(({ state, reason }) => state === 'failed' && reason !== null)
      .map(({ reason, count }) => ({ reason: reason ?? '', count }));
    const successRate = done + failed === 0 ? null : done / (done + failed);
    return {
      action,
      operations: operations.length,
      done,
      failed,
      successRate,
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      errors,
    };
  });
}
