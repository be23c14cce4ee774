import styles from './skeleton.module.css';

/** Stands where text will be. Invisible for the first 200 ms, so that quick answers do not flicker. */
export function Skeleton({ width = '100%' }: { readonly width?: string | number }) {
  return <span aria-hidden="true" className={styles.skeleton} style={{ width }} />;
}

/** Several lines of skeletons, for a list or a table that is on its way. */
export function SkeletonRows({ rows }: { readonly rows: number }) {
  return (
    <div role="status" aria-label="Loading" className={styles.rows}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} width={`${60 + ((index * 17) % 35)}%`} />
      ))}
    </div>
  );
}
