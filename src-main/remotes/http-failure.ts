import { classOfStatus, type Failure, failures, type OutcomeClass } from './outcome-class.ts';
import { RemoteError, type RemoteErrorKind } from './remote.ts';

/** What went wrong with a request: a failure of its own name, or the status that came back. */
export type Wrong = Failure | number;

/** The class of what went wrong. */
export function classOf(wrong: Wrong): OutcomeClass {
  return typeof wrong === 'number' ? classOfStatus(wrong) : failures[wrong];
}

/** A request to a remote that did not get the answer it was made for. */
export class HttpFailure extends RemoteError {
  readonly wrong: Wrong;
  readonly outcomeClass: OutcomeClass;
  /** What the remote said with its status, parsed; null where it said nothing that can be read. */
  readonly body: unknown;

  constructor(
    wrong: Wrong,
    message: string,
    more: { code?: string; retryAfterMs?: number | null; body?: unknown; cause?: unknown } = {},
  ) {
    super(kindOf(wrong), message, { code: String(wrong), ...more });
    this.name = 'HttpFailure';
    this.wrong = wrong;
    this.outcomeClass = classOf(wrong);
    this.body = more.body ?? null;
  }
}

function kindOf(wrong: Wrong): RemoteErrorKind {
  if (wrong === 429 || wrong === 'gate_shut') return 'rate_limited';
  if (wrong === 410) return 'cursor_expired';
  switch (classOf(wrong)) {
    case 'auth':
      return 'auth';
    case 'permanent':
      return 'refused';
    case 'retry':
      return 'unreachable';
    default:
      return isProtocol(wrong) ? 'protocol' : 'unreachable';
  }
}

const notReached: readonly Wrong[] = [
  'name_not_found',
  'name_server_down',
  'connection_refused',
  'network_unreachable',
  'connect_timeout',
  'certificate',
  'tls',
];

/** True where there was nobody to ask. */
export function wasNotReached({ wrong }: HttpFailure): boolean {
  return notReached.includes(wrong);
}

const ours: readonly Wrong[] = ['stopped', 'stopped_before_sending', 'gate_shut', 'no_more_sockets'];

/** True for failures of the host, which are not about the request or the user. */
export function isAtHost({ wrong, outcomeClass }: HttpFailure): boolean {
  return outcomeClass !== 'permanent' && outcomeClass !== 'done' && !ours.includes(wrong);
}

const unreadable: readonly Wrong[] = [
  'headers_too_large',
  'not_http',
  'body_too_large',
  'line_too_large',
  'wrong_type',
  'not_json',
  'unexpected_answer',
];

function isProtocol(wrong: Wrong): boolean {
  return unreadable.includes(wrong);
}
