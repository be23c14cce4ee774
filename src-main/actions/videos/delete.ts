import { deletionOf } from '../shared/delete.ts';
import { processing } from '../shared/rules.ts';

export const deleteVideos = deletionOf('videos', [processing]);
