import type { SessionStatus } from '../../src-shared/collections/sessions.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { nameOf } from './people.ts';
import { pickByShare, type Random, type Shares } from './random.ts';
import { agents, channels, problems, products, sentences } from './words.ts';

const statuses: Shares<SessionStatus> = [
  ['open', 38],
  ['closed', 44],
  ['archived', 13],
  ['processing', 5],
];

/** A conversation between a customer and an agent, with all that was said. */
export function sampleSession(random: Random): Changes {
  const product = random.pick(products);
  const { subjects } = pickByShare(random, problems);
  const messages = 2 + random.below(24);
  const owner = random.pick(agents);
  const customer = nameOf(random);
  const lines: string[] = [];
  for (let message = 0; message < messages; message += 1) {
    const who = message % 2 === 0 ? customer : owner;
    lines.push(`${who}: ${random.pick(sentences).replace('{product}', product)}`);
  }
  return {
    title: random.pick(subjects).replace('{product}', product),
    owner,
    status: pickByShare(random, statuses),
    channel: pickByShare(random, channels),
    messages,
    exports: random.below(4) === 0 ? 1 + random.below(3) : 0,
    payload: lines.join('\n'),
  };
}
