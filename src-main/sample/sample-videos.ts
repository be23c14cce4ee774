import type { VideoStatus } from '../../src-shared/collections/videos.ts';
import type { Changes } from '../../src-shared/domain/item.ts';
import { nameOf } from './people.ts';
import { pickByShare, type Random, type Shares } from './random.ts';
import { products, sentences } from './words.ts';

const kinds: Shares<readonly [category: string, title: string]> = [
  [['How-to', 'How to set up {product}'], 30],
  [['How-to', 'Five tips for {product}'], 20],
  [['Webinar', 'Questions and answers: {product}'], 20],
  [['Release', 'What is new in {product}'], 18],
  [['Interview', 'Who makes {product}'], 12],
];
const statuses: Shares<VideoStatus> = [
  ['ready', 70],
  ['uploaded', 16],
  ['processing', 6],
  ['failed', 8],
];

/** A recording about a product; some have no category, and a good many no transcript yet. It has no files. */
export function sampleVideo(random: Random, number: number): Changes {
  const product = random.pick(products);
  const [category, title] = pickByShare(random, kinds);
  const status = pickByShare(random, statuses);
  const durationS = 45 + random.below(3_600);
  const isSpoken = status === 'ready' ? random.below(10) > 0 : random.below(2) === 0;
  const said: string[] = [];
  for (let left = isSpoken ? 6 + random.below(30) : 0; left > 0; left -= 1)
    said.push(random.pick(sentences).replace('{product}', product));
  return {
    title: `${title.replace('{product}', product)} (${number})`,
    creator: nameOf(random),
    status,
    category: random.below(9) === 0 ? null : category,
    durationS,
    sizeBytes: durationS * (180_000 + random.below(400_000)),
    transcript: isSpoken ? said.join(' ') : null,
    file: null,
    thumbnail: null,
    chunks: 0,
  };
}
