import type { ReactNode } from 'react';
import type { ErrorDto } from '../../src-shared/contract/errors.ts';
import styles from './error-notice.module.css';
import { Icon } from './icon.tsx';

export interface ErrorNoticeProps {
  readonly error: ErrorDto;
  /** Buttons that carry out what is to be done. */
  readonly actions?: ReactNode;
}

/** What happened, what it means for the data, and what to do. */
export function ErrorNotice({ error, actions }: ErrorNoticeProps) {
  return (
    <div role="alert" className={styles.notice} data-code={error.code}>
      <span className={styles.icon}>
        <Icon name="error" />
      </span>
      <div className={styles.words}>
        <p className={styles.message}>{error.message}</p>
        <p className={styles.next}>{error.next}</p>
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
