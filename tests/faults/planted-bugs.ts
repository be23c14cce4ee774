/** A mistake that somebody could make in one line, and the tests that have to notice. */
export interface PlantedBug {
  readonly name: string;
  readonly file: string;
  /** What stands there once and only once, and what stands there with the mistake. */
  readonly text: string;
  readonly mistake: string;
  readonly tests: readonly string[];
  /** Of these tests only those whose names match, to be quick. */
  readonly only?: string;
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'a file is not made durable before it has its name',
    file: 'src-main/platform/atomic-file.ts',
    text: '        io.fsyncSync(fd);\n        close();',
    mistake: '        close();',
    tests: ['tests/unit/platform/atomic-file.test.ts'],
  },
  {
    name: 'a file has its name before it is closed and durable',
    file: 'src-main/platform/atomic-file.ts',
    text: '        io.fsyncSync(fd);\n        close();\n        assertPlaceFor(path, io);\n        assertLeadsTo(folder, path);\n        renameWithPatience(temp, path, io);',
    mistake:
      '        assertPlaceFor(path, io);\n        assertLeadsTo(folder, path);\n        renameWithPatience(temp, path, io);\n        io.fsyncSync(fd);\n        close();',
    tests: ['tests/faults/export-atomicity/calls.test.ts', 'tests/unit/platform/atomic-file.test.ts'],
  },
  {
    name: 'a folder that has become a link since it was chosen is written to',
    file: 'src-main/platform/atomic-file.ts',
    text: '  if (fs.realpathSync(dirname(path)) === folder) return;',
    mistake: '  if (folder !== path) return;',
    tests: ['tests/faults/export-atomicity/places.test.ts'],
  },
  {
    name: 'what an export that failed has written stays behind',
    file: 'src-main/platform/atomic-file.ts',
    text: '    try {\n      close();\n    } finally {\n      unlinkIfThere(temp, io);\n    }',
    mistake: '    close();',
    tests: ['tests/faults/export-atomicity/calls.test.ts'],
  },
  {
    name: 'formulas are not guarded',
    file: 'src-main/platform/csv.ts',
    text: '  const text = isGuarded ? guard(kept) : kept;',
    mistake: '  const text = kept;',
    tests: ['tests/faults/csv-injection.test.ts'],
  },
  {
    name: 'a line end within a cell is not quoted',
    file: 'src-main/platform/csv.ts',
    text: `  ',': /[",\\r\\n]/,`,
    mistake: `  ',': /[",]/,`,
    tests: ['tests/faults/encoding.test.ts'],
  },
  {
    name: 'a chunk is no transaction',
    file: 'src-main/sql/operations/apply.ts',
    text: '  db.transaction(() => {\n    if (stuck)',
    mistake: '  ((work: () => void) => ({ immediate: work }))(() => {\n    if (stuck)',
    tests: ['tests/faults/crash-resume.test.ts'],
    only: 'before a chunk',
  },
  {
    name: 'the counters do not move with the items',
    file: 'src-main/sql/operations/apply.ts',
    text: `  addTally(db, chunk.operationId, { state: 'planned', reason: null, count: -processed });
  for (const tally of tallies) addTally(db, chunk.operationId, tally);`,
    mistake: `  addTally(db, chunk.operationId, { state: 'planned', reason: null, count: -processed });
  for (const tally of tallies.slice(1)) addTally(db, chunk.operationId, tally);`,
    tests: ['tests/faults/crash-resume.test.ts'],
    only: 'before a chunk',
  },
  {
    name: 'the position moves one too far',
    file: 'src-main/sql/operations/apply.ts',
    text: 'next_seq = ${chunk.toSeq + 1}, run_ms',
    mistake: 'next_seq = ${chunk.toSeq + 2}, run_ms',
    tests: ['tests/faults/crash-resume.test.ts'],
    only: 'before a chunk',
  },
  {
    name: 'a record that somebody else changed is overwritten',
    file: 'src-main/sql/operations/effects.ts',
    text: '  if (!changed || changed.count === 0) return;',
    mistake: '  if (changed) return;',
    tests: ['tests/unit/engine/drift.test.ts'],
  },
  {
    name: 'undo takes back what somebody changed since',
    file: 'src-main/sql/operations/plan-undo.ts',
    text: `WHEN \${isSo} THEN 'already_so' WHEN \${isChanged} THEN 'changed_since'`,
    mistake: `WHEN \${isSo} THEN 'already_so'`,
    tests: ['tests/faults/undo.test.ts'],
  },
  {
    name: 'the dispatcher lets through what the contract does not know',
    file: 'src-main/api/dispatcher.ts',
    text: '  if (!input.success) throw invalidRequest(input.error, `The request ${name}`);\n  return { name, input: input.data };',
    mistake: '  return { name, input: envelope.data.input };',
    tests: ['tests/unit/hosts/dispatcher.test.ts'],
  },
  {
    name: 'an agent sees to the operations of others',
    file: 'src-main/api/ownership.ts',
    text: "hasRole(role, 'admin');",
    mistake: "hasRole(role, 'agent');",
    tests: ['tests/unit/api/hostile-messages.test.ts'],
  },
  {
    name: 'any name of this machine will do for the browser host',
    file: 'src-main/hosts/server/guard.ts',
    text: 'if (hosts.length === 1 && host !== undefined && own.includes(host)) return host;',
    mistake: 'if (host !== undefined) return own.includes(host) ? host : String(own[0]);',
    tests: ['tests/unit/hosts/loopback/refused.test.ts'],
  },
  {
    name: 'any frame may ask the desktop host',
    file: 'src-main/hosts/electron/ipc.ts',
    text: 'if (window === null || !isOwnFrame(event, window.webContents)) {',
    mistake: 'if (window === null) {',
    tests: ['tests/unit/hosts/electron-requests.test.ts'],
  },
  {
    name: 'a workspace may have two owners',
    file: 'src-main/sql/owner.ts',
    text: `    file.exec('BEGIN EXCLUSIVE');\n`,
    mistake: '',
    tests: ['tests/faults/one-owner.test.ts'],
  },
  {
    name: 'what is written is not durable when it is said to be',
    file: 'src-main/sql/open.ts',
    text: "  db.pragma('synchronous = FULL');",
    mistake: "  db.pragma('synchronous = OFF');",
    tests: ['tests/faults/sqlite-build.test.ts'],
  },
  {
    name: 'a history without its last entries is taken for whole',
    file: 'src-main/sql/evidence/evidence-walk.ts',
    text: '  if (head.count > lastSeq) return `Journal entries ${lastSeq + 1} to ${head.count} are missing at the end.`;\n',
    mistake: '',
    tests: ['tests/faults/history-evidence.test.ts'],
  },
  {
    name: 'a thread that has died is not started again',
    file: 'src-main/workers/kept-thread.ts',
    text: '    starting ??= begin();',
    mistake: '    starting ??= current ? Promise.resolve(current) : begin();',
    tests: ['tests/faults/worker-faults/single-deaths.test.ts'],
    only: 'reader that dies',
  },
  {
    name: 'the schema moves on outside of a transaction',
    file: 'src-main/sql/open.ts',
    text: '  db.transaction(() => {\n    takeSteps(',
    mistake: '  ((work: () => void) => ({ immediate: work }))(() => {\n    takeSteps(',
    tests: ['tests/faults/migration-kill.test.ts'],
  },
  {
    name: 'a change is sent with no intent on record',
    file: 'src-main/sql/delivery/claim.ts',
    text: "state = 'sending', attempts = attempts + 1, sent_at = ${at.nowMs}",
    mistake: "state = 'sending'",
    tests: ['tests/faults/intent-first.test.ts'],
  },
  {
    name: 'what is sent again has another key',
    file: 'src-main/sql/delivery/held-deliveries.ts',
    text: 'd.idempotency_key AS key',
    mistake: "d.idempotency_key || ':' || d.attempts AS key",
    tests: ['tests/faults/crash-resume-remote.test.ts'],
  },
  {
    name: 'what may have arrived is sent again without asking',
    file: 'src-main/engine/delivery/verdict.ts',
    text: '  if (doubtAt === null) return true;',
    mistake: '  if (doubtAt === null || change) return true;',
    tests: ['tests/faults/no-blind-repeat.test.ts'],
  },
  {
    name: 'an outcome counts that comes from a process which holds the change no more',
    file: 'src-main/sql/delivery/settling.ts',
    text: "AND d.fence = s.value ->> '$.fence' AND d.settled_at IS NULL",
    mistake: 'AND d.settled_at IS NULL',
    tests: ['tests/unit/sql/delivery-exchange.test.ts'],
  },
  {
    name: 'a remote is asked again before the time that it gave',
    file: 'src-main/engine/delivery/verdict.ts',
    text: 'Math.max(waitMs(held, given), outcome.retryAfterMs ?? 0)',
    mistake: 'waitMs(held, given)',
    tests: ['tests/unit/engine/delivery-verdict.test.ts'],
  },
  {
    name: 'a call for many records that is made again has another key',
    file: 'src-main/vendors/bulkhead/bulk-way.ts',
    text: "const headers = { 'idempotency-key': key };",
    mistake: "const headers = { 'idempotency-key': `${key}-${Date.now()}` };",
    tests: ['tests/conformance/remotes/bulkhead-fake.test.ts'],
    only: 'very first request is lost',
  },
  {
    name: 'a record that somebody else changed is told of all the same',
    file: 'src-main/vendors/bulkhead/judgement.ts',
    text: 'standsAs(record, change.before) : record.version === version;',
    mistake: 'standsAs(record, change.before) : true;',
    tests: ['tests/conformance/remotes/bulkhead-fake.test.ts'],
    only: 'somebody else changed since',
  },
  {
    name: 'a gate that is shut lets requests pass',
    file: 'src-main/remotes/http.ts',
    text: 'return request.isProbe !== true && gate.shut() !== null;',
    mistake: 'return request.isProbe === true && gate.shut() !== null;',
    tests: ['tests/unit/remotes/http.test.ts'],
    only: 'gate',
  },
  {
    name: 'what is sent again is put together anew',
    file: 'src-main/sql/delivery/settling.ts',
    text: "batch_id = iif(s.state = 'waiting' AND s.doubt_at IS NULL, NULL, d.batch_id)",
    mistake: "batch_id = iif(s.state = 'waiting', NULL, d.batch_id)",
    tests: ['tests/unit/sql/delivery-batches.test.ts'],
  },
  {
    name: 'a cancel is heard only when all is done',
    file: 'src-main/sql/operations/apply.ts',
    text: "  if (state !== 'in_progress' || isCancelling) return stored;",
    mistake: "  if (state !== 'in_progress') return stored;",
    tests: ['tests/faults/cancel-pause.test.ts', 'tests/unit/sql/apply.test.ts'],
  },
  {
    name: 'a clean-up takes what was pinned',
    file: 'src-main/sql/care/retention.ts',
    text: '${hasParts} AND NOT ${isNeeded} AND NOT ${isPinned}',
    mistake: '${hasParts} AND NOT ${isNeeded}',
    tests: ['tests/faults/retention.test.ts'],
  },
];
