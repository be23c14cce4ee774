import type { Backup } from '../../src-shared/domain/backup.ts';
import { countOf } from '../../src-shared/domain/number-words.ts';

/** What a backup is known to hold: of records its name counts the tickets only, so that none says nothing. */
export function backupHolds({ tickets, operations }: Pick<Backup, 'tickets' | 'operations'>): string[] {
  const history = countOf(operations, 'operation', 'operations');
  return tickets > 0 ? [countOf(tickets, 'ticket', 'tickets'), history] : [history];
}
