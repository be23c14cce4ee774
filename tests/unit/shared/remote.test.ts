import { expect, test } from 'vitest';
import { RemoteAddress } from '../../../src-shared/domain/remote.ts';

test.each(['https://desk.example.com', 'http://127.0.0.1:8080', 'https://example.com/desk/'])(
  '%s is the address of a remote',
  (address) => expect(RemoteAddress.safeParse(address).success).toBe(true),
);

test.each([
  'desk.example.com',
  'ftp://desk.example.com',
  'https://mina:secret@desk.example.com',
  'https://desk.example.com/@mina',
  'https://desk.example.com?key=secret',
  'https://desk.example.com/#here',
  'https://desk.example.com\\@evil.example.com',
  'https:// desk.example.com',
])('%s is none', (address) => expect(RemoteAddress.safeParse(address).success).toBe(false));
