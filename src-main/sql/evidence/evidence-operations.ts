import sql from 'sql-template-tag';
import type { HistoryProblem } from '../../../src-shared/contract/history.ts';
import { countOf, formatNumber } from '../../../src-shared/domain/number-words.ts';
import type { Db } from '../open.ts';
import { all, get } from '../statement.ts';
import { digestItems, digestOf, digestRejected, readEvidence, type Span } from './evidence.ts';
import { type JournalRow, tryToRead } from './evidence-walk.ts';

/** Holds operations and their items against what the journal vouches for. */
export interface OperationChecks {
  /** Checks what a sound entry vouches for; answers how many items that were. */
  entry(id: number, row: JournalRow): number;
  /** An entry about this operation cannot be relied on: how it left the operation is not known. */
  distrust(id: number): void;
  /** Checks what is left when the whole journal was read: one operation per step. */
  rest(): Generator<void>;
}

/** What the journal says of an operation. */
interface Vouched {
  /** As the operation's row has it; undefined without one, null where it cannot be read. */
  readonly extent: Extent | undefined | null;
  hasAsked: boolean;
  /** How the latest entry left the operation; null where that is not known. */
  standing: { digest: string; entrySeq: number } | null;
  /** Items up to this one are vouched for, but for the gaps. */
  upTo: number;
  readonly gaps: Span[];
  /** What is gone altogether or in part: problems unless retention cleaned the operation. */
  readonly absent: HistoryProblem[];
  isCleaned: boolean;
}

export function createOperationChecks(db: Db, note: (problem: HistoryProblem) => void): OperationChecks {
  const operations = new Map<number, Vouched>();

  function vouchedFor(id: number): Vouched {
    let vouched = operations.get(id);
    if (!vouched) {
      const extent = tryToRead(() => extentOf(db, id));
      vouched = { extent, hasAsked: false, standing: null, upTo: 0, gaps: [], absent: [], isCleaned: false };
      operations.set(id, vouched);
    }
    return vouched;
  }

  function checkRejected(id: number, entrySeq: number, digest: string): void {
    const found = tryToRead(() => digestRejected(db, id));
    if (found?.digest === digest) return;
    const vouched = vouchedFor(id);
    const message = `The lines that operation ${id} rejected are not as they were written.`;
    const problem = ofOperation(id, entrySeq, message);
    if (found && found.count < (vouched.extent?.rejected ?? 0)) vouched.absent.push(problem);
    else note(problem);
  }

  function checkItems(id: number, entrySeq: number, digest: string, span: Span): number {
    const vouched = vouchedFor(id);
    const gap = { fromSeq: vouched.upTo + 1, toSeq: span.fromSeq - 1 };
    if (gap.toSeq >= gap.fromSeq) vouched.gaps.push(gap);
    vouched.upTo = Math.max(vouched.upTo, span.toSeq);
    // Items that the operation cannot have would be looked for for ever.
    const isThere = span.toSeq <= (vouched.extent?.lastSeq ?? 0);
    const found = isThere ? tryToRead(() => digestItems(db, { operationId: id, ...span })) : null;
    if (found?.digest === digest) return found.count;
    const expected = span.toSeq - span.fromSeq + 1;
    const missing = expected - (found?.count ?? 0);
    const what = `${itemsIn(span)} of operation ${id}`;
    if (!found) note(ofItems(id, entrySeq, span, `${capital(what)} cannot be read.`));
    else if (missing > 0) {
      const message = `${capital(what)}: ${formatNumber(missing)} of ${formatNumber(expected)} are missing.`;
      vouched.absent.push(ofItems(id, entrySeq, span, message));
    } else note(ofItems(id, entrySeq, span, changed(what, expected)));
    return found?.count ?? 0;
  }

  function checkRest(id: number, vouched: Vouched): void {
    const { extent } = vouched;
    const entrySeq = vouched.standing?.entrySeq ?? null;
    if (!extent) {
      const why = extent === null ? 'cannot be read' : 'is missing, though the journal mentions it';
      note(ofOperation(id, entrySeq, `Operation ${id} ${why}.`));
      return;
    }
    if (!vouched.hasAsked) note(ofOperation(id, null, unvouched(`what operation ${id} was asked to do`)));
    if (vouched.standing && tryToRead(() => digestOf(db, 'standing', id)) !== vouched.standing.digest) {
      const message = `The state, times or counters of operation ${id} are not as its latest journal entry left them.`;
      note(ofOperation(id, entrySeq, message));
    }
    if (vouched.isCleaned) return;
    for (const problem of vouched.absent) note(problem);
    const rest = { fromSeq: vouched.upTo + 1, toSeq: extent.settled };
    for (const gap of [...vouched.gaps, ...(rest.toSeq >= rest.fromSeq ? [rest] : [])])
      note(ofItems(id, null, gap, unvouched(`${itemsIn(gap)} of operation ${id}`)));
    const added = tryToRead(() => countBeyond(db, id, extent.lastSeq));
    if (added === null) note(ofItems(id, null, null, `Items of operation ${id} cannot be read.`));
    else if (added > 0) {
      const which = countOf(added, 'item of', 'items of');
      const stands = added === 1 ? 'stands' : 'stand';
      note(
        ofItems(
          id,
          null,
          null,
          `${which} operation ${id} ${stands} outside its plan of ${formatNumber(extent.lastSeq)}.`,
        ),
      );
    }
  }

  return {
    entry: (id, { seq, event, evidence }) => {
      const vouched = vouchedFor(id);
      const { asked, rejected, items, fromSeq, toSeq, standing } = readEvidence(evidence);
      vouched.standing = standing === undefined ? null : { digest: standing, entrySeq: seq };
      if (event === 'cleaned') vouched.isCleaned = true;
      if (asked !== undefined) {
        vouched.hasAsked = true;
        const message = `What operation ${id} was asked to do is not as it was written at its start.`;
        if (tryToRead(() => digestOf(db, 'asked', id)) !== asked) note(ofOperation(id, seq, message));
      }
      if (rejected !== undefined) checkRejected(id, seq, rejected);
      if (items === undefined || fromSeq === undefined || toSeq === undefined) return 0;
      return checkItems(id, seq, items, { fromSeq, toSeq });
    },
    distrust: (id) => {
      const vouched = operations.get(id);
      if (vouched) vouched.standing = null;
    },
    rest: function* () {
      const started = tryToRead(() => startedIds(db));
      if (!started) note(ofOperation(null, null, 'The list of operations cannot be read to its end.'));
      for (const id of started ?? []) vouchedFor(id);
      for (const [id, vouched] of operations) yield checkRest(id, vouched);
      const strays = tryToRead(() => strayIds(db));
      if (!strays) note(ofItems(null, null, null, 'Items cannot be read to their end.'));
      for (const id of strays ?? [])
        note(ofItems(null, null, null, `There are items of an operation ${id}, which does not exist.`));
    },
  };
}

/** How far the items of an operation go, up to which one they are settled, and how many lines were rejected. */
interface Extent {
  readonly lastSeq: number;
  readonly settled: number;
  readonly rejected: number;
}

/** Undefined when there is no such operation. */
function extentOf(db: Db, id: number): Extent | undefined {
  return get(
    db,
    sql`SELECT last_seq AS lastSeq, rejected, iif(ended_at IS NULL, min(next_seq - 1, last_seq), last_seq) AS settled
      FROM operations WHERE id = ${id}`,
  );
}

function countBeyond(db: Db, id: number, lastSeq: number): number {
  const beyond = get<{ count: number }>(
    db,
    sql`SELECT count(*) AS count FROM items WHERE operation_id = ${id} AND (seq < 1 OR seq > ${lastSeq})`,
  );
  return beyond?.count ?? 0;
}

function startedIds(db: Db): number[] {
  return all<{ id: number }>(db, sql`SELECT id FROM operations WHERE state <> 'draft' ORDER BY id`).map(
    ({ id }) => id,
  );
}

/** Operations that have items and no row: one look per operation that has items, whatever their number. */
function strayIds(db: Db): number[] {
  return all<{ id: number }>(
    db,
    sql`WITH RECURSIVE owners (id) AS (
        SELECT min(operation_id) FROM items
        UNION ALL SELECT (SELECT min(operation_id) FROM items WHERE operation_id > owners.id) FROM owners WHERE id IS NOT NULL
      ) SELECT id FROM owners WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM operations)`,
  ).map(({ id }) => id);
}

function ofOperation(operationId: number | null, entrySeq: number | null, message: string): HistoryProblem {
  return { kind: 'operation', operationId, entrySeq, fromSeq: null, toSeq: null, message };
}

function ofItems(
  operationId: number | null,
  entrySeq: number | null,
  span: Span | null,
  message: string,
): HistoryProblem {
  const { fromSeq, toSeq } = span ?? { fromSeq: null, toSeq: null };
  return { kind: 'items', operationId, entrySeq, fromSeq, toSeq, message };
}

function itemsIn({ fromSeq, toSeq }: Span): string {
  return fromSeq === toSeq
    ? `item ${formatNumber(fromSeq)}`
    : `items ${formatNumber(fromSeq)} to ${formatNumber(toSeq)}`;
}

function changed(what: string, count: number): string {
  if (count === 1) return `${capital(what)} is not as it was written.`;
  return `${capital(what)}: at least one is not as it was written. They were written down together, so it is not known which one.`;
}

function unvouched(what: string): string {
  return `No journal entry that can be relied on vouches for ${what}.`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
