import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Button } from './button.tsx';
import { cx } from './cx.ts';
import styles from './dialog.module.css';

export interface DialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** The buttons, the one to press last. */
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
  /** Escape and the close button; the dialog is gone when its owner stops rendering it. */
  readonly onClose: () => void;
  readonly role?: 'dialog' | 'alertdialog';
  readonly className?: string | undefined;
}

/** A modal dialog: keeps the focus inside and gives it back where it came from. */
export function Dialog(props: DialogProps) {
  return <ModalPanel {...props} className={cx(styles.dialog, props.className)} />;
}

/** A wide dialog at the right edge for work that needs room: `wide` for tables, `narrow` for one record. */
export function Sheet({ width = 'wide', ...props }: DialogProps & { readonly width?: 'wide' | 'narrow' }) {
  return <ModalPanel {...props} className={cx(styles.sheet, styles[width], props.className)} />;
}

function ModalPanel({
  title,
  description,
  footer,
  children,
  onClose,
  role = 'dialog',
  className,
}: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const descriptionId = useId();

  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog && !dialog.open) {
      dialog.showModal();
      firstStop(dialog, role).focus();
    }
    // Closing before the node goes away is what hands the focus back.
    return () => dialog?.close();
  }, [role]);

  return (
    <dialog
      ref={element}
      role={role}
      tabIndex={-1}
      className={cx(styles.panel, className)}
      aria-labelledby={titleId}
      aria-describedby={description ? descriptionId : undefined}
      onKeyDown={(event) => {
        const isTaken = event.defaultPrevented || event.nativeEvent.isComposing;
        if (event.key !== 'Escape' || isTaken || event.currentTarget.querySelector(':popover-open')) return;
        // Left to the browser, a second Escape closes it whatever its owner says, and a third the one beneath it.
        event.preventDefault();
        onClose();
      }}
      onCancel={(event) => {
        if (event.target !== element.current) return;
        event.preventDefault();
        onClose();
      }}
      onClose={({ target }) => {
        // The same when the keyboard is nowhere in it.
        if (target === element.current && target instanceof HTMLDialogElement && !target.open)
          target.showModal();
      }}
    >
      <header className={styles.header}>
        <div className={styles.words}>
          <h2 id={titleId}>{title}</h2>
          {description && (
            <div id={descriptionId} className={styles.description}>
              {description}
            </div>
          )}
        </div>
        {role === 'dialog' && (
          <Button variant="ghost" size="small" icon="close" aria-label="Close" onClick={onClose} />
        )}
      </header>
      {children && (
        <div data-body className={styles.body}>
          {children}
        </div>
      )}
      {footer && <footer className={styles.footer}>{footer}</footer>}
    </dialog>
  );
}

/** Where the keyboard begins: a question's first answer, a form's first field, else what there is to read. */
function firstStop(dialog: HTMLDialogElement, role: string): HTMLElement {
  const wanted =
    role === 'alertdialog'
      ? 'footer button'
      : '[data-body] :is(input:not([type=checkbox]), select, textarea)';
  const stop = dialog.querySelector<HTMLElement>(wanted);
  const body = dialog.querySelector<HTMLElement>('[data-body]');
  if (stop || !body) return stop ?? dialog;
  // It scrolls with the keys only where these can go to it, and come back.
  body.tabIndex = 0;
  return body;
}
