import { useEffect, useState } from 'react';
import type { CollectionName } from '../../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { useBridge, useConsole } from '../../state/context.tsx';

/** More touches of one record than anybody reads. */
const touchLimit = 200;

interface RecordView {
  readonly answer: (RequestOutput<'records.get'> & RequestOutput<'records.touches'>) | null;
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
      Promise.all([
        bridge.request('records.get', { collection, id }),
        bridge.request('records.touches', { collection, id, limit: touchLimit }),
      ]).then(
        ([detail, touched]) =>
          mine === latest && setView({ id, answer: { ...detail, ...touched }, error: null }),
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
