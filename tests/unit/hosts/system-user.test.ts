import { userInfo } from 'node:os';
import { expect, test, vi } from 'vitest';
import { systemUser } from '../../../src-main/hosts/system-user.ts';

vi.mock('node:os', { spy: true });

test('whoever runs the console has the name that the system has for them', () => {
  expect(systemUser()).toBe(userInfo().username);
});

test('whom the system has no name for, as in many containers, has a number', () => {
  const unknown = Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  vi.mocked(userInfo).mockImplementation(() => {
    throw unknown;
  });
  expect(systemUser()).toMatch(/^user (\d+|unknown)$/);
});
