import { useState } from 'react';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import { lasting } from '../bridge/error-dto.ts';
import { useWhenBack } from './use-when-back.ts';

/** Why what was asked for did not come about, until the next try, or until the console is back where it could not be reached. */
export function useFailure() {
  const [error, setError] = useState<ErrorDto | null>(null);
  useWhenBack(() => setError(lasting));
  return [error, setError] as const;
}
