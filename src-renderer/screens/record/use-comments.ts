import { useEffect, useState } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { useBridge, useConsole } from '../../state/context.tsx';
import { type CommentReader, type CommentView, createCommentReader } from './comment-reader.ts';

/** As many as are shown at first, and with each step back. */
const pageSize = 100;

interface Comments {
  /** Null until they are known, or why they are not. */
  readonly view: CommentView | null;
  readonly reader: CommentReader | null;
}

const unread: Comments = { view: null, reader: null };

/** The latest comments on a record, read again whenever records of its collection change; earlier ones on demand. */
export function useComments(collection: CollectionName, id: number): Comments {
  const bridge = useBridge();
  const isConnected = useConsole((state) => state.connection === 'connected');
  const [comments, setComments] = useState<Comments & { readonly id: number }>({ id, ...unread });

  useEffect(() => {
    if (!isConnected) return;
    const load = (before: number | undefined) =>
      bridge.request('records.comments', { collection, id, before, limit: pageSize });
    const reader = createCommentReader(load, (view) => setComments({ id, view, reader }));
    reader.refresh();
    const end = bridge.subscribe(
      (event) =>
        event.name === 'records.changed' && event.payload.collection === collection && reader.refresh(),
    );
    return () => {
      end();
      reader.close();
    };
  }, [bridge, collection, id, isConnected]);

  return comments.id === id ? comments : unread;
}
