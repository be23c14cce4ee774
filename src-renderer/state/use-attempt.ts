import { useState } from 'react';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { toErrorDto } from '../bridge/error-dto.ts';
import { useFailure } from './use-failure.ts';

/** What a button asks for: whether it is under way, and why it failed the last time. */
export interface Attempt {
  readonly isBusy: boolean;
  readonly error: ErrorDto | null;
  attempt(work: () => Promise<void>): Promise<void>;
}

export function useAttempt(): Attempt {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useFailure();
  return {
    isBusy,
    error,
    attempt: async (work) => {
      setBusy(true);
      setError(null);
      try {
        await work();
      } catch (reason) {
        setError(toErrorDto(reason));
      } finally {
        setBusy(false);
      }
    },
  };
}
