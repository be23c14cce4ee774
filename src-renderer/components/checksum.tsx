import { useRef, useState } from 'react';
import { useBridge } from '../state/context.tsx';
import { Button } from './button.tsx';
import styles from './checksum.module.css';

/** A checksum in full, to be read out or copied. */
export function Checksum({ label, value }: { readonly label: string; readonly value: string }) {
  const bridge = useBridge();
  const text = useRef<HTMLElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await bridge.copy(value);
      setSaid('Copied');
    } catch {
      // Systems and browsers may refuse the clipboard. What is selected can be copied by the keyboard.
      if (text.current) getSelection()?.selectAllChildren(text.current);
      setSaid('Selected: copy it with the keyboard');
    }
  };
  return (
    <div className={styles.checksum}>
      <div className={styles.line}>
        <span className={styles.label}>{label}</span>
        <span role="status" className={styles.said}>
          {said}
        </span>
        <Button size="small" icon="copy" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <code ref={text} className={styles.value}>
        {value}
      </code>
    </div>
  );
}
