import { parseArgs } from 'node:util';

export interface ServeOptions {
  readonly workspace: string;
  readonly port: number;
  readonly token: string | undefined;
  /** How many sample tickets an empty workspace gets, and a tenth of that of each other collection; 0 for none. */
  readonly sample: number;
  readonly open: boolean;
  /** The backup to put back before anything else, by name or as `latest`. */
  readonly restore: string | undefined;
}

/** Asked for how to start it, and for nothing else. */
export const isHelp = (args: readonly string[]): boolean => args.includes('--help') || args.includes('-h');

export const usage =
  'Usage: npm run serve -- --workspace <folder> [--port <number>] [--token <at least 16 letters or digits>] [--sample <count>] [--restore <backup or latest>] [--open]';

/** Reads the command line; throws an `Error` whose message is a sentence for the person who typed it. */
export function readOptions(args: readonly string[]): ServeOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      workspace: { type: 'string' },
      port: { type: 'string', default: '0' },
      token: { type: 'string' },
      sample: { type: 'string', default: '0' },
      open: { type: 'boolean', default: false },
      restore: { type: 'string' },
    },
  });
  if (!values.workspace) throw new Error('Say which folder the workspace is in: --workspace <folder>.');
  if (values.token !== undefined && !/^[A-Za-z0-9_-]{16,128}$/.test(values.token)) {
    throw new Error('--token takes 16 to 128 letters, digits, "_" or "-".');
  }
  return {
    workspace: values.workspace,
    port: wholeNumber('--port', values.port, 65_535),
    token: values.token,
    sample: wholeNumber('--sample', values.sample, 1_000_000),
    open: values.open,
    restore: values.restore,
  };
}

function wholeNumber(name: string, text: string, max: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number <= max) return number;
  throw new Error(`${name} takes a whole number from 0 to ${max}, not "${text}".`);
}
