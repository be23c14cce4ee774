import type { Backup, Recovery } from '../../src-shared/domain/backup.ts';
import type { Answers, FakeWorld } from './fake-world.ts';

const hourMs = 3_600_000;

function backupOf(at: number, reason: Backup['reason']): Backup {
  const name = `bulkhead-${new Date(at).toISOString().slice(0, 16).replace(/[:]/g, '-')}.db`;
  return { name, at, bytes: 41_300_000, reason, tickets: 24_812, operations: 118 };
}

/** A database that was found damaged and came back from a backup. */
export function fakeRecovery(nowMs: number): Recovery {
  return {
    at: nowMs - 4 * 60_000,
    problem: 'The file bulkhead.db is damaged: page 1,204 does not hold what SQLite wrote there.',
    movedTo: '/home/mina/Support/damaged-2026-11-21T08-02-11',
    restoredFrom: backupOf(nowMs - 9 * hourMs, 'daily'),
    missing: [
      '3 operations that were started after the backup: 2 of them could still be read in the damaged file.',
      '1,240 tickets hold what they held at the time of the backup.',
    ],
  };
}

/** What a fake console answers about its workspace and the copies of it. */
export function fakeStorageAnswers(world: FakeWorld): Answers {
  const backups = [
    backupOf(world.nowMs - 9 * hourMs, 'daily'),
    backupOf(world.nowMs - 33 * hourMs, 'operation'),
  ];
  let recovery = world.options.recovery ?? null;
  let failure = world.options.backupFailure ?? null;
  const nothing = { operations: 0, items: 0, files: 0, fileBytes: 0 };
  return {
    'backups.list': () => ({ backups, folder: '/home/mina/Support/backups' }),
    'backups.failure': () => ({ failure }),
    'backups.create': () => {
      const made = backupOf(Date.now(), 'manual');
      backups.unshift(made);
      failure = null;
      world.events.tell({ name: 'backups.changed', payload: { failure } });
      return made;
    },
    'backups.restore': () => {
      world.events.tell({ name: 'workspace.replaced', payload: {} });
      return {};
    },
    'workspace.recovery': () => ({ recovery }),
    'workspace.acknowledge_recovery': () => {
      recovery = null;
      return {};
    },
    'retention.preview': () => nothing,
    'retention.clean': () => nothing,
    'templates.list': () => ({ templates: [] }),
    'schedules.list': () => ({ schedules: [] }),
  };
}
