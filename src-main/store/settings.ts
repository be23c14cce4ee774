import { Settings } from '../../src-shared/contract/app.ts';
import type { Store } from './store.ts';

/** Stored settings; one that an older or newer version left unreadable is at its default. */
export async function readSettings(store: Pick<Store, 'read'>): Promise<Settings> {
  const stored = await store.read('readSettings');
  const valid = Object.entries(Settings.shape).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  return Settings.parse(Object.fromEntries(valid));
}
