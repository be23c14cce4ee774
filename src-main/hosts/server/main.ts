import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import packageJson from '../../../package.json' with { type: 'json' };
import { BulkheadError } from '../../../src-shared/contract/errors.ts';
import { type Console, openConsole } from '../../console.ts';
import { errorCode } from '../../platform/error-code.ts';
import { readBundle } from '../bundle.ts';
import { createLog } from '../log.ts';
import { stopLimitMs } from '../stop-limit.ts';
import { systemUser } from '../system-user.ts';
import { createBrowserHost } from './host.ts';
import { isHelp, readOptions, type ServeOptions, usage } from './options.ts';
import { addSample } from './sample.ts';
import { startServer } from './server.ts';
import { createSession } from './session.ts';
import { createUploads } from './uploads.ts';

const args = process.argv.slice(2);
const log = orUsage(createLog);
const stopping = Promise.withResolvers<'stop'>();
/** A start that takes longer says what it is at. */
const longMs = 2_000;

async function run(options: ServeOptions): Promise<void> {
  const workspace = resolve(options.workspace);
  const bundle = readBundle(builtWindow());
  const { host, handles } = createBrowserHost(workspace);
  const opening = openConsole({
    workspace,
    host,
    version: packageJson.version,
    actor: systemUser(),
    restore: options.restore,
    report: (error, context) => log.error({ err: error, context }, 'unexpected failure'),
  });
  const console = await noted('still opening the workspace: its whole file is looked at first', opening);
  try {
    const uploads = createUploads(workspace, handles);
    // What is left of earlier uploads is no reason not to start.
    await uploads
      .removeOld(Date.now())
      .catch((error: unknown) => log.error({ err: error }, 'old uploads could not be removed'));
    if (options.sample > 0) {
      const filling = Promise.race([fillWithSample(console, options.sample), stopping.promise]);
      await noted('still adding the sample', filling);
    }
    const session = createSession(options.token);
    const server = await startServer({
      console,
      session,
      uploads,
      handles,
      bundle,
      port: options.port,
      report,
    });
    const url = `http://127.0.0.1:${server.port}`;
    try {
      await say({ url: `${url}/#token=${session.token}`, token: session.token, workspace });
      log.info({ url, workspace }, 'ready');
      if (options.open) openInBrowser(`${url}/#token=${session.oneTimeToken()}`);
      await stopping.promise;
      log.info('stopping');
    } finally {
      await server.close();
    }
  } finally {
    await console.close();
  }
}

/** Waits for something and says so once when it takes long: somebody who sees nothing starts a second time. */
async function noted<T>(sentence: string, work: Promise<T>): Promise<T> {
  const note = setTimeout(() => log.info(sentence), longMs);
  try {
    return await work;
  } finally {
    clearTimeout(note);
  }
}

/** Prints the only line on standard output, the address. Throws if it cannot: nobody could find the console. */
async function say(line: object): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new Error(`the address could not be written to standard output (${cause.message}).`));
    process.stdout.once('error', fail);
    process.stdout.write(`${JSON.stringify(line)}\n`, (error) => (error ? fail(error) : resolve()));
  });
}

async function fillWithSample(console: Console, count: number): Promise<void> {
  const added = await addSample(console, count);
  if (added.length === 0) log.info('the workspace has records; no sample was added');
  for (const { state, title } of added) log.info({ state }, title);
}

function builtWindow(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return resolve(import.meta.dirname, isSource ? '../../../out/renderer' : '../renderer');
}

function report(
  kind: 'refused' | 'unexpected',
  { error, ...facts }: Readonly<Record<string, unknown>>,
): void {
  if (kind === 'refused') log.warn(facts, 'request refused');
  else log.error({ ...facts, err: error }, 'unexpected failure');
}

function openInBrowser(url: string): void {
  const [command = '', ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['explorer.exe', url]
        : ['xdg-open', url];
  const opener = spawn(command, args, { stdio: 'ignore', detached: true });
  opener.on('error', (error) => log.warn({ err: error }, 'no browser could be opened'));
  opener.unref();
}

function onSignal(): void {
  stopping.resolve('stop');
  setTimeout(() => process.exit(0), stopLimitMs).unref();
}

const portProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: 'this port is taken by another program.',
  EACCES: 'this port is not for you to use.',
};

function isOfListening(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && error.syscall === 'listen';
}

function fail(error: unknown): never {
  if (error instanceof BulkheadError) {
    // At the start nothing else is looked for by name than a backup.
    const next =
      error.code === 'not_found' ? 'Name one that exists, or start without --restore.' : error.toDto().next;
    process.stderr.write(`bulkhead: ${error.message} ${next}\n`);
    process.exit(error.code === 'workspace_in_use' ? 3 : 1);
  }
  const problem = isOfListening(error) ? portProblems[errorCode(error)] : undefined;
  if (problem !== undefined) {
    process.stderr.write(`bulkhead: ${problem} Choose another one, or --port 0 for any.\n`);
    process.exit(1);
  }
  log.fatal({ err: error }, 'the console could not be started');
  process.stderr.write(`bulkhead: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** What was read of how it was started, or an end that says what is wrong there. */
function orUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    process.stderr.write(`bulkhead: ${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
    process.exit(2);
  }
}

if (isHelp(args)) {
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
process.on('SIGTERM', onSignal);
process.on('SIGINT', onSignal);
run(orUsage(() => readOptions(args))).then(() => process.exit(0), fail);
