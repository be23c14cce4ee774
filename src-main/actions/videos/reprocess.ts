import { z } from 'zod';
import { defineAction, type Rule } from '../action.ts';
import { processing } from '../shared/rules.ts';

const missingTranscript: Rule = {
  reason: 'missing_transcript',
  when: [{ op: 'in', field: 'hasTranscript', values: ['no'], not: false }],
};

/** The transcript is cut into pieces, and their words are found by the search from then on. */
export const reprocessVideos = defineAction({
  collection: 'videos',
  name: 'reprocess',
  label: 'Reprocess',
  input: z.strictObject({}),
  form: [],
  title: () => 'Reprocess videos',
  details: () => [{ label: 'Index', value: 'Words only: no service for embeddings is connected.' }],
  change: () => ({
    kind: 'set',
    values: { status: 'ready' },
    computed: { chunks: 'transcript_pieces' },
    rules: [processing, missingTranscript],
  }),
});
