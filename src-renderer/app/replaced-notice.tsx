import { Button } from '../components/button.tsx';
import { Icon } from '../components/icon.tsx';
import { useConsole } from '../state/context.tsx';
import styles from './shell.module.css';

/** Says why all that was shown has changed, in the window that asked for it and in those that did not. */
export function ReplacedNotice() {
  const isReplaced = useConsole((state) => state.isReplaced);
  const dismiss = useConsole((state) => state.dismissReplaced);
  if (!isReplaced) return null;
  return (
    <div className={styles.away} role="status">
      <Icon name="undo" />
      <span className={styles.words}>
        A backup was put back: all of the workspace is what it was then. What was here before is kept in
        Settings, as the backup “Before a restore”.
      </span>
      <Button variant="ghost" size="small" icon="close" aria-label="Close message" onClick={dismiss} />
    </div>
  );
}
