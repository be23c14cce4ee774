import { expect, it } from 'vitest';
import { westernBytes, westernLetters } from '../../../src-shared/domain/western.ts';

it('the letters of Windows-1252 are those that a decoder reads from its bytes, and are written as these', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = westernLetters.join('');
  expect(text).toBe(new TextDecoder('windows-1252').decode(bytes));
  expect(westernBytes(text)).toEqual(bytes);
  expect(() => westernBytes('ł')).toThrow('not of Windows-1252');
});
