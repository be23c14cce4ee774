import { plantedBugs } from './planted-bugs.ts';

/** Where a proof runs: plain Node, Chromium against the browser host, real Electron, a packaged build. */
export type Environment = 'node' | 'chromium' | 'electron' | 'packaged';

/** What Bulkhead promises, each proved by the test file of its name: `tests/faults/<id>.test.ts`. */
export interface Guarantee {
  readonly id: string;
  /** What holds, with its figure. */
  readonly promise: string;
  /** Under which assumption. */
  readonly assumption: string;
  /** Where it has to hold. Where there is no proof for a place, it counts as not proven there. */
  readonly runs: readonly Environment[];
  /** The test, or the folder of tests, that proves it in a place, where that is not `tests/faults/<id>.test.ts` in Node. */
  readonly proofs?: Partial<Record<Environment, string>>;
  /** What of it is not proven, or in part only. */
  readonly open?: string;
  /** Measures time: nothing else may run beside it. */
  readonly isTimed?: true;
  /** Waits most of the time: lines of this kind run beside each other only, and leave a processor free for one that measures a rate. */
  readonly isWaiting?: true;
  /** Not part of the long suite: runs when it is asked for by name. */
  readonly isOnRequest?: true;
}

/** In the order of `docs/guarantees.md`; what takes longest begins first. */
export const guarantees: readonly Guarantee[] = [
  {
    id: 'crash-resume',
    promise:
      'After any of 126 kills in operations of 20,000 tickets (20 anywhere in edits, 10 while comments are added, 10 in an import of half as many, 50 in undos, 6 at each of six places around a chunk’s transaction) nothing is lost, nothing is done twice, the counters are the counts of the rows, and the next start finishes the operation.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node', 'electron'],
  },
  {
    id: 'crash-resume-remote',
    promise:
      'After any of 500 kills in operations of 20,000 tickets that a remote is told of (200 in the midst of effects there, 50 at each of six places: after the intent, before and after a request, before and after its outcome is written down, at the end) the remote had each change exactly once, by its own count; the next start finishes the operation, and what ended the console three times is set aside while the rest finishes.',
    assumption: 'The remote does each key once, and remembers it until the operation is through.',
    runs: ['node'],
  },
  {
    id: 'mirror',
    promise:
      'After any of 12 kills while 5,000 tickets are pulled from a server the copy is whole; after any of 12 kills while it is told of changes of all of them that were made offline, the server had each change once, none that was changed there meanwhile was overwritten, and when those are decided both hold the same. A ticket that was in flight at three kills is not sent any more: it is shown as refused, and was not changed there.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'both-ends',
    promise:
      'After 50 kills of the console (around intents, outcomes and pulls) and 20 of the server (at any statement) while it is told of a comment on each of 5,000 tickets, every ticket has it once there, by the server’s own comments and items, and all are confirmed here; on both sides the books balance and the history is sound.',
    assumption:
      'The server is told of 12 tickets at a time, so that none is in flight at two kills of the console: whether such a one has got its comment would be shown as unknown.',
    runs: ['node'],
  },
  {
    id: 'random-desk',
    promise:
      'After 10 random sequences of 40 edits of every collection, undos, retries, cancels, pauses, decisions and sign-ins here, edits there and restarts of either side, while requests, answers, streams and sockets are lost, cut off or refused, every operation has ended, the copy is what the server has, no record was changed there more often than it was told to, no comment is there more or less often than is told here, and the history is sound. After 10 more with a server that is restored now and then the copy is what it has, too.',
    assumption:
      'Of records of which the remote was not told all, because that was cancelled or is shown as unknown, nothing is said.',
    runs: ['node'],
  },
  {
    id: 'random-pair',
    promise:
      'After 10 random sequences of 40 edits of every collection, undos, retries, cancels, pauses, decisions, sign-ins and restarts at two consoles that copy each other, while requests, answers, streams and sockets between them are lost, late, cut off, refused or answered by somebody else, and threads of either die, every operation has ended, each has what the other one has, no record was changed more often than that was told, no comment is there more or less often than is told, the books balance and both histories are sound.',
    assumption:
      'Of records of which the other one was not told all, because that was cancelled or is shown as unknown, nothing is said.',
    runs: ['node'],
  },
  {
    id: 'order-streams',
    promise:
      'Of 2,000 orders that were archived offline, 50 of them changed at the server meanwhile, a server is told by streams that are cut twenty times, between and within lines: 1,950 are confirmed and 50 shown as conflicts, by the server’s own count each was changed once and none that was changed there is overwritten, and when the conflicts are decided both ways and all is undone, both hold the same.',
    assumption: 'The server lives; kills of both sides are another line.',
    runs: ['node'],
  },
  {
    id: 'no-blind-repeat',
    promise:
      'After 200 kills in two operations of 20,000 tickets that a remote without keys is told of, it had no change twice, by its own count: it is asked what became of what was in flight. After 100 kills with one that cannot tell it had none twice either, and no more is shown as unknown than was in flight at the kills, by the count after each.',
    assumption:
      'A request that got no answer takes effect within the time that the remote is said to need, or never.',
    runs: ['node'],
  },
  {
    id: 'intent-first',
    promise:
      'In 20 kills no change reaches a remote of which the database did not say before that it was going to be sent; the files of the workspace say so at the moment of the effect.',
    assumption: 'The disk keeps what it reported as written.',
    runs: ['node'],
  },
  {
    id: 'clock-and-sleep',
    promise:
      'In 20 runs in which the clock jumps by hours, over summer time, between two consoles, and in 40 sleeps in the midst of requests, nothing is sent to a remote before the time that it named, nothing twice, no duration is negative, and no other console gets the workspace.',
    assumption: 'Sleeps are short here: a count that stands still meanwhile is tested apart.',
    runs: ['node'],
  },
  {
    id: 'schedules',
    promise:
      'In 50 kills around the runs of schedules, at the statements of a run and between them, no run is started twice, and every one that was due is started or told as missed.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'retention',
    promise:
      'In 20 kills while old items and files are removed, nothing goes that is pinned, not ended, needed by what has not ended, or not written by an export of the workspace; the history stays sound, and the next clean-up removes the rest.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'video-files',
    promise:
      'After any of 50 kills while 400 videos are deleted, at what is written down, at each removal of a file and at what is settled then, no video has lost a file of which the database does not say that it was to go; the rest is removed when the operation goes on.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'nothing-stuck',
    promise:
      'In 1,000 random schedules of errors at any write, threads that die before or after it, readers that fail, pauses, cancels, resumes and restarts, on edits, comments, deletions, undos, retries, imports and exports, every operation comes to its end, or to a pause from which a resume takes it there; the counters are the counts of the rows, and no record is touched twice. In 200 of them a remote is told that errs, is slow, loses answers, refuses, and cannot always tell what it was told: by its own count it had no change twice, what is confirmed once and what is refused never, and what a console had in flight when it ended is in the next one’s hands. A record that kills its thread three times is set aside and the others are done.',
    assumption: 'What fails works again after a while.',
    runs: ['node'],
  },
  {
    id: 'cancel-pause',
    promise:
      'At 200 random moments of operations of 4,000 tickets no chunk begins more than 250 ms after a cancel or a pause, what was under way is finished and written down, and what was done and what was not add up; a pause survives a restart; asking twice, for both at once, or after the end does no harm.',
    assumption: 'The console itself lives; a kill is another line.',
    runs: ['node'],
  },
  {
    id: 'cancel-pause-remote',
    promise:
      'At 200 random moments of operations of 200 tickets that a remote is told of, with keys and without, no request to it begins more than 250 ms after the answer to a cancel or a pause, by its own log, but for questions of what became of a request that got no answer, which a cancel waits for; what was in flight is waited for and written down as what it was, also where the console is closed in the pause; a resume tells the rest, each once.',
    assumption: 'The console itself lives; a kill is another line.',
    runs: ['node'],
    isWaiting: true,
  },
  {
    id: 'undo',
    promise:
      'An undo of an operation on 20,000 tickets restores every before-image: of all of it, of one field after the other, of half of its records. It overwrites no later edit and lists each with what stands there now, what would be restored and what was written; of an operation that was only partly done it touches what was done. Kills are part of the first line.',
    assumption: 'What the operation wrote can be taken back; the preview names what cannot.',
    runs: ['node'],
  },
  {
    id: 'disk-full',
    promise:
      'An error at any write of a 2,000-ticket operation (full, or failing; once, or until there is space) stops it with its reason within 1 s, loses nothing, leaves history readable, and it goes on without a restart. A disk that is full at any write of a change of the schema leaves the old one or the new.',
    assumption: 'The disk says when it is full or fails.',
    runs: ['node'],
  },
  {
    id: 'disk-full-remote',
    promise:
      'A disk that is full, or fails, from any write of an operation of 48 tickets on that a remote is told of stops it with its reason; from there the remote gets nothing that is not on record as sent, and when there is space one resume takes it to its end: by the remote’s own count each change took place once.',
    assumption: 'The disk says when it is full or fails; the remote does each key once.',
    runs: ['node'],
    isWaiting: true,
  },
  {
    id: 'export-atomicity',
    promise:
      'Whichever open, write, sync, close or rename of an export fails (for lack of space, an error of the disk, missing rights, a disk that may only be read; once or for good), or kills the process (100 points), the earlier file or the whole new one stands at the name; the error says why, where and, once some are written, after how many bytes; in each of more than 50 places where no file may come to stand (links, pipes, folders and impossible names, there before or put there meanwhile, also for a folder on the way) none is written, and none anywhere else; what is left over is cleared away at once or by the next export there.',
    assumption: 'Renaming within a folder is one step, as file systems promise.',
    runs: ['node'],
    proofs: { node: 'tests/faults/export-atomicity' },
    open: 'Windows, where another program may hold the file, is not run here.',
  },
  {
    id: 'power-loss',
    promise:
      'Whether the write-ahead log ends between any two frames, at any of 1,000 random bytes, in random bytes, or has a frame of zeros: every transaction that is whole up to there is in the database and nothing of those after it, so that the history is a beginning of what was done; the database is sound.',
    assumption: 'The disk keeps what it reported as written.',
    runs: ['node'],
  },
  {
    id: 'backups',
    promise:
      'A backup of 100,000 tickets is made and verified in at most twice the time, and 0.2 s, that SQLite needs to copy the file and check it; restored it holds every row of every table, by hash; a copy that differs from its original never becomes a backup; after any of 46 kills while one of 2,000 tickets is made (18) or one of 500 put back (28) every backup is whole, and the database is what was there or the backup.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'damaged-files',
    promise:
      '1,000 damaged workspaces (bits, pages, files cut short, logs, shared memory, files of other programs; good backups, damaged ones, none): none ends the process, none is used that SQLite’s check finds damaged, every byte is kept aside, and the newest good backup stands in its place with an account of what is missing; within 10 s for 100,000 tickets, and after kills in the midst of it. Looking for damage takes at most 1.5 times as long, and 20 ms, as SQLite’s own check.',
    assumption: 'The folder itself can be read and written.',
    runs: ['node'],
    proofs: { node: 'tests/faults/damaged-files' },
    open: 'SQLite’s quick check does not see every changed value; of the history, the check of its chain does.',
  },
  {
    id: 'migration-kill',
    promise:
      'A workspace of the first schema with 100,000 tickets and a history is of the present one within 10 s; after any of 50 kills while one of 500 tickets is brought there, 17 of them at the ends of the one transaction, it is of the old schema to the last row, or of the new one; an older Bulkhead refuses a newer workspace and changes no byte of it.',
    assumption: 'A kill ends the process; the disk keeps what was written.',
    runs: ['node'],
  },
  {
    id: 'sqlite-build',
    promise:
      'A console refuses an SQLite before 3.51.3, a database of another program or of a newer Bulkhead, and a folder on a network drive, and leaves them as they are; one SQLite is loaded in its process, and one connection may write.',
    assumption:
      'The system says what kind of disk a folder is on: Linux does, Windows for shares that are named as such, macOS does not.',
    runs: ['node', 'packaged'],
  },
  {
    id: 'one-owner',
    promise:
      'Of two processes that open a workspace at the same moment exactly one gets it and the other is told within 2 s, in each of 100 races; when the owner is killed, as in a quarter of them, the next one gets it at once.',
    assumption: 'The disk is one of this computer.',
    runs: ['node', 'electron'],
    isTimed: true,
  },
  {
    id: 'worker-faults',
    promise:
      'A database thread that throws, exits or runs out of memory at a statement, or is ended from outside between two answers, 200 times under operations of 20,000 tickets, is replaced; the operation goes on by itself, nothing is lost, nothing is done twice.',
    assumption: 'The process itself lives.',
    runs: ['node', 'electron'],
  },
  {
    id: 'large-mirror',
    promise:
      '50,000 tickets are pulled from a server in one pass, no page of them twice, and a change of one of them there is seen here within 5 s.',
    assumption: 'The server is on the same machine, which does little else.',
    runs: ['node'],
  },
  {
    id: 'retry-storm',
    promise:
      'A server that is down for a minute while it is told of 20,000 changes gets at most 200 requests in that minute: it is left alone within 2 s, looked at by one probe at a time, and at most 10 s after it is up again told 90 % as much as before; by its own count each change took place once. One that fails at a fifth of what it is asked is asked at most 1.3 times for each change, and of those that are tried again no more than a fifth come after the same tenth of a second.',
    assumption: 'The server does each key once; the machine does little else.',
    runs: ['node'],
    isWaiting: true,
  },
  {
    id: 'loop-health',
    promise:
      'While an operation of 20,000 tickets runs, and while as many are copied from a remote and told to it, the main thread is kept from answering for at most 50 ms in 99 of 100 cases and never for 100 ms; none of SQLite’s calls is made there.',
    assumption: 'The machine does little else.',
    runs: ['node', 'electron'],
    isTimed: true,
  },
  {
    id: 'promptness',
    promise:
      'In at least 95 of 100 cases, 40 of each: an operation of 20,000 tickets goes on within 2 s of the next start after a kill, also one that a remote is told of, by its first request; a database thread that was ended is replaced and answers within 1 s; why an export of 20,000 tickets cannot be written is told within 1 s of its start.',
    assumption: 'The machine does little else.',
    runs: ['node'],
    isTimed: true,
  },
  {
    id: 'soak',
    promise:
      'In 100 operations of 20,000 tickets in one console, the last takes at most 1.1 times the processor’s time that the first of another console takes in the same seconds, timers, handles and listeners stay as many as they were, the main thread’s heap grows by less than 1 MiB and the process by less than 10 MiB after warming up, and the database by less than 150 bytes for each record of an operation.',
    assumption: 'The machine does little else.',
    runs: ['node', 'electron'],
    open: 'It takes half a minute, so that a leak that shows in hours only is not seen.',
    isTimed: true,
  },
  {
    id: 'exit',
    promise:
      'On SIGTERM or SIGINT in the middle of an operation the browser host ends within 2 s; after that, after a SIGKILL on top of it, or after a SIGKILL alone, the next console finds everything right and finishes the operation.',
    assumption: 'Nothing depends on being told of the end: every end is taken for a kill.',
    runs: ['node', 'electron'],
  },
  {
    id: 'renderer-loss',
    promise:
      'An operation goes on while its page is killed, hangs or is loaded anew at 50 moments; a fresh page shows it with the figures of that moment, half of the times within 2 s, and opens one socket, which is closed when the page is lost. What waits for a page that hangs for seconds stays within 8 MB: it is cut off, and shows things as they are when it goes on. After 100 reloads one socket is open, and no more connections than a browser keeps.',
    assumption: 'The process of the console itself lives.',
    runs: ['chromium', 'electron'],
    proofs: { chromium: 'tests/e2e/renderer-loss.test.ts' },
    isTimed: true,
  },
  {
    id: 'loopback-host',
    promise:
      'More than 100 hostile requests to the browser host (foreign names and origins, no key, forms, ways out of the folder, smuggled and endless ones) are refused with a 4xx, no data and no call; a page of another site, or under a name that was rebound to this machine, reads 0 bytes.',
    assumption: 'Who can read the files of this user on this machine needs no such way.',
    runs: ['node', 'chromium'],
    proofs: { node: 'tests/unit/hosts/loopback', chromium: 'tests/e2e/foreign-page.test.ts' },
  },
  {
    id: 'injection',
    promise:
      'More than 80 texts that run something, leave the page or change how it looks where they are taken for markup, an address, a script, a template or a style stand in records, comments, names, titles, imports, conflicts and in what a remote says; every screen shows them as plain text: nothing runs, nothing is asked of another host, and the page stays where it is.',
    assumption: 'The browser keeps to the page’s policy.',
    runs: ['chromium', 'electron'],
    proofs: { chromium: 'tests/e2e/injection.test.ts' },
  },
  {
    id: 'ipc-fuzz',
    promise:
      'Each of 10,000 malformed messages to every request, and each of 10,000 malformed requests over HTTP to each address of the browser host (broken JSON, text that is none, wrong types, methods and lengths, chunks and heads that break off, handshakes and frames of WebSockets), is refused with a coded error, or a WebSocket’s own, before a handler is called; no prototype is changed, no file stays, nothing is left in memory. Of 1,000 sound requests to each address under keys that do not count, or of a user who may only look, none changes a row or leaves a file.',
    assumption: 'Both hosts hand every message to the one dispatcher.',
    runs: ['node', 'chromium', 'electron'],
    proofs: { node: 'tests/unit/hosts/fuzz' },
  },
  {
    id: 'hostile-messages',
    promise:
      'Of 1,000 well-formed messages to every request that nobody means well with (numbers of what is somebody else’s, not there or over, long lists, texts that are more than texts elsewhere) none changes a row that is not the sender’s own where a viewer or an agent sends them; where the owner does, none changes anything if it is about what is not there, nor ever an item of what has ended, and the history stays sound. None ends in an error that nobody foresaw.',
    assumption: 'Both hosts hand every message to the one dispatcher.',
    runs: ['node'],
    proofs: { node: 'tests/unit/api/hostile-messages.test.ts' },
  },
  {
    id: 'bent-bodies',
    promise:
      'Of 22,000 bodies that are bent at random or cut off, 2,000 for each of eleven addresses of the APIs, each is carried out where it asks for what may be asked, or refused with a coded sentence; none ends in an error that nobody foresaw, and nothing is touched that was not named.',
    assumption: 'The sender has a key.',
    runs: ['node'],
    proofs: { node: 'tests/conformance/server-fuzz.test.ts' },
  },
  {
    id: 'order-sessions',
    promise:
      'In 1,000 sessions in which a stream about 300 orders breaks off after random lines and goes on from the last cursor, again and again, every order is told of once and in order, by one operation, and none is changed twice.',
    assumption: 'The server lives; cuts within lines and kills are other lines.',
    runs: ['node'],
    proofs: { node: 'tests/conformance/server-orders.test.ts' },
  },
  {
    id: 'command-schedules',
    promise:
      'In 100 random schedules of commands on operations of 5,000 tickets (start, pause, resume, cancel, retry, undo, discard, dismiss, a console that is opened again), many of them given before the one before was answered, the counters are the counts of the rows at every look, nothing is left standing, and the version of each ticket tells how often it was changed.',
    assumption: 'Nothing fails meanwhile; that is another line.',
    runs: ['node'],
    proofs: { node: 'tests/unit/engine/schedules.test.ts' },
  },
  {
    id: 'csv-injection',
    promise:
      'Each of 1,440 cells that a spreadsheet would run is neutralised in every column of text of an export; rows and columns stay in place as two parsers read them, numbers stay numbers, and the text can be had back exactly.',
    assumption: 'The spreadsheet splits the file at the separator that the file uses.',
    runs: ['node'],
    open: 'No real spreadsheet opens the file here.',
  },
  {
    id: 'encoding',
    promise:
      '10,000 rows of anything (halves of pairs, NUL, line ends, reversed writing, 40,000 characters) are read alike by two parsers that know nothing of each other; the file is UTF-8 with its mark, its lines end with CRLF, and the same selection gives the same bytes.',
    assumption: 'What no CSV file can hold, a NUL or half a pair, becomes U+FFFD.',
    runs: ['node'],
    open: 'A plan warns of a file with more rows than a spreadsheet shows, not of a cell that is too long for one.',
  },
  {
    id: 'history-evidence',
    promise:
      'Each of 500 single-byte changes to rows of the journal, of items and of operations is found and the row or its chunk named; so are a cut end, entries removed, swapped or rewritten; an untouched history never raises an alarm; 1,000,000 items are checked within 10 s.',
    assumption:
      'Who rewrites everything up to the last entry is found only against a hash that was kept elsewhere.',
    runs: ['node'],
    isTimed: true,
  },
  {
    id: 'wal-bound',
    promise:
      'While 4 readers read without a pause, the write-ahead log stays within 64 MB at all times of an operation on 100,000 tickets, its undo, an import and an operation on tickets far apart, and within 4 MB from 10 s after the end.',
    assumption:
      'No statement of a reader takes longer than 10 s, and no export, backup or check of the history reads at one moment meanwhile.',
    runs: ['node'],
  },
  {
    id: 'planted-bugs',
    promise: `Each of ${plantedBugs.length} mistakes of a line that somebody could make in what is promised here (no intent on record, another key, a chunk that is no transaction, a file that is not made durable, no check of host, sender or quotes, …) is noticed by a test.`,
    assumption: 'The mistakes are planted one at a time, in a copy of the sources.',
    runs: ['node'],
    isOnRequest: true,
  },
];
