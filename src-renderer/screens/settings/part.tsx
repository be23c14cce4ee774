import type { ReactNode } from 'react';
import styles from './settings-screen.module.css';

/** A panel of the settings under its heading. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}
