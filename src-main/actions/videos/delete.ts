import { z } from 'zod';
import { defineAction } from '../action.ts';
import { deletion } from '../shared/delete.ts';
import { processing } from '../shared/rules.ts';

/** The videos leave every view; their files, thumbnails and pieces of text are removed for good. */
export const deleteVideos = defineAction({
  ...deletion('videos'),
  input: z.strictObject({}),
  form: [],
  change: (_input, { nowMs }) => ({
    kind: 'set',
    values: { deletedAt: nowMs },
    erase: ['file', 'thumbnail', 'chunks'],
    rules: [processing],
  }),
});
