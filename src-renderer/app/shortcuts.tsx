import { Dialog } from '../components/dialog.tsx';
import { metaKey } from './meta-key.ts';
import styles from './shortcuts.module.css';

const groups = [
  {
    title: 'Anywhere',
    keys: [
      [`${metaKey} K`, 'Commands'],
      ['/ and then ↓', 'Go to the filter, and from it to the list'],
      ['?', 'Show this list'],
      ['G then T, E, V or O', 'Go to Tickets, Sessions, Videos or Orders'],
      ['G then C, R, H or S', 'Go to Schedules, Remotes, History or Settings'],
    ],
  },
  {
    title: 'In a list of records',
    keys: [
      ['↑ ↓ Page Up Page Down Home End', 'Move'],
      ['Space', 'Select or deselect the record'],
      ['Shift + arrow or click', 'Select up to there'],
      [`${metaKey} A`, 'Select all matching'],
      ['Enter', 'Open the record'],
      ['Esc', 'Clear the selection'],
    ],
  },
] as const;

/** The keys that do something. */
export function Shortcuts({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      {groups.map((group) => (
        <section key={group.title}>
          <h3 className={styles.title}>{group.title}</h3>
          <dl className={styles.keys}>
            {group.keys.map(([key, words]) => (
              <div key={key} className={styles.line}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}
