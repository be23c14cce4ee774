/** Opens a workspace's database in threads of its own, as a console does, to be killed while it changes the schema. */
import { openStore } from '../../src-main/store/store.ts';

async function main(): Promise<void> {
  const store = await openStore(process.argv[2] ?? '', Date.now());
  await store.close();
  process.stdout.write('opened\n');
}

void main();
