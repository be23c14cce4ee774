import { describe, expect, it } from 'vitest';
import { classOf } from '../../../src-main/remotes/http-failure.ts';
import { failureOf, failures, type OutcomeClass } from '../../../src-main/remotes/outcome-class.ts';

/** What every outcome means for a change, as it is written here and nowhere else in words. */
const expected: Readonly<Record<OutcomeClass, readonly (string | number)[]>> = {
  done: [200, 201, 202, 204, 206],
  permanent: [
    400, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 414, 415, 417, 422, 423, 424, 426, 428, 431, 451,
    501, 505,
  ],
  retry: [
    408,
    421,
    425,
    429,
    503,
    'name_not_found',
    'name_server_down',
    'connection_refused',
    'network_unreachable',
    'connect_timeout',
    'reset_before_sending',
    'certificate',
    'tls',
    'no_more_sockets',
    'gate_shut',
    'stopped_before_sending',
  ],
  auth: [301, 302, 303, 304, 307, 308, 401, 407, 511, 'login_page', 'redirect'],
  unknown: [
    500,
    502,
    504,
    507,
    508,
    520,
    599,
    101,
    0,
    999,
    'reset_after_sending',
    'write_failed',
    'headers_timeout',
    'idle_timeout',
    'total_timeout',
    'headers_too_large',
    'not_http',
    'truncated',
    'body_too_large',
    'line_too_large',
    'wrong_type',
    'not_json',
    'unexpected_answer',
    'socket_closed',
    'stopped',
  ],
};

describe('the class of an outcome', () => {
  const rows = Object.entries(expected).flatMap(([outcome, list]) =>
    list.map((wrong) => [wrong, outcome] as const),
  );

  it.each(rows)('%s is %s', (wrong, outcome) => {
    expect(classOf(wrong as Parameters<typeof classOf>[0])).toBe(outcome);
  });

  it('is written down for every failure that has a name', () => {
    const named = Object.values(expected)
      .flat()
      .filter((wrong) => typeof wrong === 'string');
    expect(named.toSorted()).toEqual(Object.keys(failures).toSorted());
    expect(rows.length).toBeGreaterThan(60);
  });
});

describe('an error of a connection', () => {
  it.each([
    ['ENOTFOUND', false, 'name_not_found'],
    ['EAI_AGAIN', false, 'name_server_down'],
    ['ECONNREFUSED', false, 'connection_refused'],
    ['EHOSTUNREACH', false, 'network_unreachable'],
    ['ETIMEDOUT', false, 'connect_timeout'],
    ['ECONNRESET', false, 'reset_before_sending'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', false, 'certificate'],
    ['CERT_HAS_EXPIRED', false, 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false, 'certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, 'certificate'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', false, 'tls'],
    ['EPROTO', false, 'tls'],
    ['EMFILE', false, 'no_more_sockets'],
    ['ECONNRESET', true, 'reset_after_sending'],
    ['EPIPE', true, 'write_failed'],
    ['HPE_HEADER_OVERFLOW', true, 'headers_too_large'],
    ['HPE_INVALID_CONSTANT', true, 'not_http'],
    ['what nobody knows', false, 'reset_before_sending'],
    ['what nobody knows', true, 'reset_after_sending'],
  ] as const)('%s, sent: %s, is %s', (code, isSent, failure) => {
    expect(failureOf(code, isSent)).toBe(failure);
  });
});
