import { describe, expect, test } from 'vitest';
import { createSession } from '../../../../src-main/hosts/server/session.ts';
import { pageText } from '../server-harness.ts';
import { useBrowserHost } from './use-browser-host.ts';

const host = useBrowserHost();

describe('the page', () => {
  test('is served with a policy that lets nothing foreign in', async () => {
    const response = await fetch(host.address('/'));
    expect(await response.text()).toBe(pageText);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('comes without source maps', async () => {
    expect((await fetch(host.address('/assets/index.js'))).status).toBe(200);
    expect((await fetch(host.address('/assets/index.js.map'))).status).toBe(404);
  });

  test('trades the token for a cookie that scripts cannot read and other sites do not send', async () => {
    const response = await fetch(host.address('/session'), {
      method: 'POST',
      headers: { origin: `http://${host.harness.host}`, 'content-type': 'application/json' },
      body: JSON.stringify({ token: host.harness.session.token }),
    });
    const cookie = response.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      new RegExp(`^bulkhead_${host.harness.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect(cookie).not.toContain(host.harness.session.token);
    const headers = { origin: `http://${host.harness.host}`, cookie: cookie.split(';')[0] ?? '' };
    expect((await host.rpc(headers, { name: 'app.info', input: {} })).status).toBe(200);
  });

  test('can be opened once with a token that was shown to others', () => {
    const once = host.harness.session.oneTimeToken();
    expect(host.harness.session.open(once, host.harness.port)).toContain('HttpOnly');
    expect(host.harness.session.open(once, host.harness.port)).toBeNull();
  });

  test('is known to the next start that is given the same token, and to no other', () => {
    const cookieOf = (token?: string) => {
      const session = createSession(token);
      return session.open(session.token, host.harness.port);
    };
    expect(cookieOf(host.harness.session.token)).toContain(host.harness.cookie);
    expect(cookieOf(`${host.harness.session.token}x`)).not.toContain(host.harness.cookie);
    expect(cookieOf()).not.toContain(host.harness.cookie);
  });
});
