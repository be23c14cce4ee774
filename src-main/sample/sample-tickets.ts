import type { ImportedRecord } from '../files/import-batches.ts';
import { nameOf } from './people.ts';
import { createRandom, pickByShare, type Random } from './random.ts';
import * as words from './words.ts';

const dayMs = 86_400_000;
const spanMs = 2 * 365 * dayMs;
/** Tickets younger than this are mostly still being worked on. */
const recentMs = 30 * dayMs;

/**
 * Believable tickets of the last two years before `nowMs`, oldest first, keyed '1' to `count`. The same seed and
 * time give the same tickets.
 */
export function* sampleTickets(
  count: number,
  seed: number,
  nowMs: number,
): Generator<ImportedRecord, void, void> {
  const random = createRandom(seed);
  for (let index = 0; index < count; index++) {
    // Evenly spread with a little disorder, so that the keys grow with time as they do in a real desk.
    const createdAt = Math.floor(nowMs - spanMs * (1 - (index + random.next()) / count));
    yield sampleRecord(random, index + 1, createdAt, nowMs);
  }
}

function sampleRecord(random: Random, number: number, createdAt: number, nowMs: number): ImportedRecord {
  const { category, subjects } = pickByShare(random, words.problems);
  const product = random.pick(words.products);
  const isRecent = nowMs - createdAt < recentMs;
  const status = pickByShare(random, isRecent ? words.recentStatuses : words.olderStatuses);
  const isUntouched = status === 'new';
  const workedMs = isUntouched ? 0 : Math.min(nowMs - createdAt, Math.floor(random.next() ** 3 * 21 * dayMs));
  const requester = nameOf(random);
  return {
    line: number + 1,
    key: String(number),
    fields: {
      subject: subjectOf(random, random.pick(subjects), product),
      description: descriptionOf(random, product, requester),
      status,
      priority: pickByShare(random, words.priorities),
      category,
      assignee: isUntouched && random.below(10) > 0 ? null : random.pick(words.agents),
      requester,
      channel: pickByShare(random, words.channels),
      product: random.below(12) === 0 ? null : product,
      createdAt,
      updatedAt: createdAt + workedMs,
    },
    extra: '{}',
    events: null,
  };
}

function subjectOf(random: Random, problem: string, product: string): string {
  const chance = random.below(1000);
  if (chance < 30) return random.pick(words.worldSubjects);
  const subject = problem.replace('{product}', product);
  if (chance < 70) return `Re: ${subject}`;
  if (chance < 74) return longSubject(random, subject, product);
  return subject;
}

/** Some people write the whole story into the subject. */
function longSubject(random: Random, subject: string, product: string): string {
  let text = `${subject} - `;
  const length = 200 + random.below(500);
  while (text.length < length) text += `${random.pick(words.sentences).replace('{product}', product)} `;
  return text.trimEnd();
}

function descriptionOf(random: Random, product: string, requester: string): string {
  let text = `${random.pick(words.openings)}\n\n`;
  for (let left = 1 + random.below(4); left > 0; left--)
    text += `${random.pick(words.sentences).replace('{product}', product)} `;
  return `${text.trimEnd()}\n\n${random.pick(words.closings)}\n${requester}`;
}
