import { useEffect, useState } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

interface RecordView {
  readonly answer: RequestOutput<'records.get'> | null;
  readonly error: ErrorDto | null;
}

const unread: RecordView = { answer: null, error: null };

/** One record with all that is known of it, read again whenever records change. */
export function useRecord(collection: CollectionName, id: number): RecordView {
  const bridge = useBridge();
  const connection = useConsole((state) => state.connection);
  const [view, setView] = useState<RecordView & { readonly id: number }>({ id, ...unread });

  useEffect(() => {
    let latest = 0;
    const read = () => {
      latest += 1;
      const mine = latest;
      bridge.request('records.get', { collection, id }).then(
        (answer) => mine === latest && setView({ id, answer, error: null }),
        (error: unknown) => mine === latest && setView({ id, answer: null, error: toErrorDto(error) }),
      );
    };
    if (connection === 'connected') read();
    const end = bridge.subscribe((event) => event.name === 'records.changed' && read());
    return () => {
      latest += 1;
      end();
    };
  }, [bridge, collection, id, connection]);

  return view.id === id ? view : unread;
}
