import type { Collection } from '../../../src-shared/collections/field.ts';
import { collectionOf } from '../../../src-shared/collections/index.ts';
import { countOf } from '../../../src-shared/domain/number-words.ts';
import type { Effect } from '../../actions/effect.ts';
import { fieldWords } from '../../actions/warnings.ts';
import type { Capabilities, Shut } from '../../remotes/remote.ts';
import type { NewOperation } from '../../store/store.ts';
import type { EnginePorts } from '../ports.ts';

type Plan = Pick<NewOperation, 'effect' | 'undoOf' | 'collection'>;
/** Says something of a remote by its name and so many of its records. */
type Sentence = (name: string, records: string) => string;

/** Why deliveries to a remote will wait, unless that is only for a moment. */
const awayWords: Readonly<Record<Shut['reason'], string | null>> = {
  offline: 'is offline, as you asked',
  unreachable: 'cannot be reached',
  rate_limited: 'asked for a pause',
  signed_out: 'asks you to sign in again',
  pulling: null,
};

/** Sentences about what remotes of a plan's records will not do as the console does, or cannot take back, and which are told later. */
export async function remoteWarnings(
  { store, remotes }: Pick<EnginePorts, 'store' | 'remotes'>,
  plan: Plan,
  operationId: number,
): Promise<string[]> {
  const collection = collectionOf(plan.collection);
  const found = [...remotes].flatMap(([name, { capabilities, gate }]) =>
    [...sentencesOf(plan, capabilities, collection), ...awayOf(gate.shut())].map((sentence) => ({
      name,
      sentence,
    })),
  );
  if (found.length === 0) return [];
  const sources = [...new Set(found.map(({ name }) => name))];
  const counts = await store.read('countPlannedOf', { operationId, collection: plan.collection, sources });
  return found.flatMap(({ name, sentence }) => {
    const count = counts.find(({ source }) => source === name)?.count ?? 0;
    return count === 0 ? [] : [sentence(name, countOf(count, collection.one, collection.many))];
  });
}

function sentencesOf(
  { effect, undoOf }: Plan,
  { irrevocable, erases, barred, role }: Capabilities,
  collection: Collection,
): Sentence[] {
  const sentences = role === undefined ? [] : barredOf(effect, role, barred?.get(role) ?? [], collection);
  const kept = changesOf(effect).filter((change) => irrevocable.includes(change));
  if (kept.length > 0) {
    const what = effect.kind === 'fields' ? fieldWords(kept, collection) : 'comments';
    const until = undoOf === null ? ', also after an undo' : '';
    sentences.push(
      (name, records) =>
        `${name} cannot undo what is done to ${what}: for its ${records} the change stays there${until}.`,
    );
  }
  if (effect.kind === 'fields' && effect.erase && !erases.some((one) => one === collection.name))
    sentences.push(
      (name, records) =>
        `${name} erases no ${collection.many}: what its ${records} held stays there, and comes back from there with an undo.`,
    );
  return sentences;
}

/** The role may have changed there since, so the sentence says that it is the one of the last sign-in. */
function barredOf(
  effect: Effect,
  role: string,
  barred: 'all' | readonly string[],
  collection: Collection,
): Sentence[] {
  if (barred === 'all')
    return [
      (name, records) =>
        `${name} let you in as ${role}, who may change nothing there: what is done to its ${records} will be refused.`,
    ];
  const fields = changesOf(effect).filter((change) => barred.includes(change));
  if (fields.length === 0) return [];
  return [
    (name, records) =>
      `${name} let you in as ${role}, who may change ${fieldWords(fields, collection)} of their own ${collection.many} only: of its ${records} those of others will be refused.`,
  ];
}

function awayOf(shut: Shut | null): Sentence[] {
  const why = shut && awayWords[shut.reason];
  if (!why) return [];
  return [(name, records) => `${name} ${why}: its ${records} change here now, and there later.`];
}

/** What an effect changes, by the names that remotes have for it. */
function changesOf(effect: Effect): readonly string[] {
  switch (effect.kind) {
    case 'comment':
    case 'comment_visibility':
      return ['comment'];
    case 'fields':
      return effect.fields;
    default:
      return [];
  }
}
