/**
 * What an answer, or the lack of one, says about a change that was asked for. `permanent`: it did not happen and will not.
 * `retry`: it did not happen and may be tried again. `unknown`: it may have happened. `auth`: it did not happen, and nothing
 * will until the user has signed in again or corrected the address. `done`: it was answered as it should be.
 */
export type OutcomeClass = 'done' | 'permanent' | 'retry' | 'unknown' | 'auth';

/** How a request fails that brings no status, or none that counts. Those above the line surely had no effect. */
export const failures = {
  // The remote was not reached.
  name_not_found: 'retry',
  name_server_down: 'retry',
  connection_refused: 'retry',
  network_unreachable: 'retry',
  connect_timeout: 'retry',
  reset_before_sending: 'retry',
  certificate: 'retry',
  tls: 'retry',
  no_more_sockets: 'retry',
  gate_shut: 'retry',
  stopped_before_sending: 'retry',
  // Somebody else answered.
  login_page: 'auth',
  redirect: 'auth',
  // The request was on its way.
  reset_after_sending: 'unknown',
  write_failed: 'unknown',
  headers_timeout: 'unknown',
  idle_timeout: 'unknown',
  total_timeout: 'unknown',
  headers_too_large: 'unknown',
  not_http: 'unknown',
  truncated: 'unknown',
  body_too_large: 'unknown',
  line_too_large: 'unknown',
  wrong_type: 'unknown',
  not_json: 'unknown',
  unexpected_answer: 'unknown',
  socket_closed: 'unknown',
  stopped: 'unknown',
} as const satisfies Record<string, OutcomeClass>;
export type Failure = keyof typeof failures;

/** Statuses that do not mean what the others of their hundred mean. */
const statuses: Readonly<Record<number, OutcomeClass>> = {
  401: 'auth',
  407: 'auth',
  408: 'retry',
  421: 'retry',
  425: 'retry',
  429: 'retry',
  501: 'permanent',
  503: 'retry',
  505: 'permanent',
  511: 'auth',
};

const hundreds: Readonly<Record<number, OutcomeClass>> = {
  1: 'unknown',
  2: 'done',
  3: 'auth',
  4: 'permanent',
  5: 'unknown',
};

/** The class of an HTTP status. */
export function classOfStatus(status: number): OutcomeClass {
  return statuses[status] ?? hundreds[Math.floor(status / 100)] ?? 'unknown';
}

/** System errors of a connection, by whether the request had gone out. TLS errors come with codes of many names. */
const beforeSending: Readonly<Record<string, Failure>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_server_down',
  EAI_FAIL: 'name_server_down',
  ECONNREFUSED: 'connection_refused',
  ENETUNREACH: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  EHOSTDOWN: 'network_unreachable',
  EADDRNOTAVAIL: 'no_more_sockets',
  EMFILE: 'no_more_sockets',
  ENFILE: 'no_more_sockets',
  ETIMEDOUT: 'connect_timeout',
};

const afterSending: Readonly<Record<string, Failure>> = {
  ECONNRESET: 'reset_after_sending',
  EPIPE: 'write_failed',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ETIMEDOUT: 'idle_timeout',
};

/** What an error of a connection means. */
export function failureOf(code: string, isSent: boolean): Failure {
  if (isSent) return afterSending[code] ?? (code.startsWith('HPE_') ? 'not_http' : 'reset_after_sending');
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return 'certificate';
  if (/SSL|TLS|EPROTO/.test(code)) return 'tls';
  return beforeSending[code] ?? 'reset_before_sending';
}
