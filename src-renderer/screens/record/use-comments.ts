import { useEffect, useState } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import { useBridge, useConsoleStore } from '../../state/context.tsx';
import { type CommentReader, type CommentView, createCommentReader } from './comment-reader.ts';

/** As many as are shown at first, and with each step back. */
const pageSize = 100;

interface Comments {
  /** Null until they are known, or why they are not. */
  readonly view: CommentView | null;
  readonly reader: CommentReader | null;
}

const unread: Comments = { view: null, reader: null };

/** The latest comments on a record, read again whenever records of its collection change or the console is back; earlier ones on demand. */
export function useComments(collection: CollectionName, id: number): Comments {
  const bridge = useBridge();
  const store = useConsoleStore();
  const [comments, setComments] = useState<Comments & { readonly id: number }>({ id, ...unread });

  useEffect(() => {
    const load = (before: number | undefined) =>
      bridge.request('records.comments', { collection, id, before, limit: pageSize });
    const reader = createCommentReader(load, (view) => setComments({ id, view, reader }));
    if (store.getState().connection === 'connected') reader.refresh();
    const endEvents = bridge.subscribe(
      (event) =>
        event.name === 'records.changed' && event.payload.collection === collection && reader.refresh(),
    );
    // The same reader goes on after a lost connection: what is asked of it by then is not lost.
    const endConnection = store.subscribe((now, before) => {
      if (now.connection === 'connected' && before.connection !== 'connected') reader.refresh();
    });
    return () => {
      endEvents();
      endConnection();
      reader.close();
    };
  }, [bridge, store, collection, id]);

  return comments.id === id ? comments : unread;
}
