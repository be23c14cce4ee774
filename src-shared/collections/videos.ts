import { z } from 'zod';
import type { Collection } from './field.ts';
import { choicesOf, facet, firstFields, lastFields, plain, sortable, yesOrNo } from './fields.ts';

const videoStatuses = ['uploaded', 'processing', 'ready', 'failed'] as const;
export const VideoStatus = z.enum(videoStatuses);
export type VideoStatus = z.infer<typeof VideoStatus>;

/** Where a video may go from each status. */
export const videoTransitions: Readonly<Record<VideoStatus, readonly VideoStatus[]>> = {
  uploaded: ['processing', 'failed'],
  processing: ['ready', 'failed'],
  ready: ['processing'],
  failed: ['processing'],
};

const statuses = choicesOf<VideoStatus>({
  uploaded: 'Uploaded',
  processing: 'Processing',
  ready: 'Ready',
  failed: 'Failed',
});

/** Recordings: what is known of each, its transcript, and the names of its files in the workspace. */
export const videos: Collection = {
  name: 'videos',
  label: 'Videos',
  one: 'video',
  many: 'videos',
  fields: [
    ...firstFields('Video'),
    { name: 'title', label: 'Title', kind: 'text', ...plain },
    { name: 'status', label: 'Status', kind: 'choice', choices: statuses, ...facet },
    { name: 'creator', label: 'Creator', kind: 'text', ...facet },
    { name: 'category', label: 'Category', kind: 'text', ...facet },
    { name: 'durationS', label: 'Length', kind: 'number', unit: 'seconds', ...sortable },
    { name: 'sizeBytes', label: 'Size', kind: 'number', unit: 'bytes', ...sortable },
    {
      name: 'hasTranscript',
      label: 'Has transcript',
      kind: 'choice',
      choices: yesOrNo,
      isDerived: true,
      ...facet,
    },
    { name: 'transcript', label: 'Transcript', kind: 'long_text', ...plain },
    { name: 'file', label: 'File', kind: 'text', ...plain },
    { name: 'thumbnail', label: 'Thumbnail', kind: 'text', ...plain },
    { name: 'chunks', label: 'Text chunks', kind: 'number', ...sortable },
    ...lastFields,
  ],
  titleField: 'title',
  textFields: ['title'],
  defaultSort: { field: 'id', direction: 'desc' },
  defaultColumns: [
    'key',
    'title',
    'status',
    'category',
    'creator',
    'durationS',
    'hasTranscript',
    'updatedAt',
  ],
};
