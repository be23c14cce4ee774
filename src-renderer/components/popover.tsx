import { type ReactNode, useId, useRef, useState } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import styles from './popover.module.css';

export interface PopoverProps {
  /** On the button that opens it. */
  readonly label: ReactNode;
  /** Names the panel for screen readers. */
  readonly title: string;
  readonly button?: ButtonProps | undefined;
  readonly align?: 'start' | 'end' | undefined;
  readonly role?: 'dialog' | 'menu' | undefined;
  /** Rendered while open only; `close` gives the focus back to the button. */
  readonly children: (close: () => void) => ReactNode;
}

const gapPx = 4;
const edgePx = 8;

/** A button with a panel under it, in the top layer: Escape or a click elsewhere closes it. */
export function Popover({ label, title, button, align = 'start', role = 'dialog', children }: PopoverProps) {
  const [isOpen, setOpen] = useState(false);
  const panel = useRef<HTMLDivElement>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  const id = useId();

  const place = () => {
    if (!panel.current || !trigger.current) return;
    const at = trigger.current.getBoundingClientRect();
    const size = panel.current.getBoundingClientRect();
    const left = align === 'start' ? at.left : at.right - size.width;
    const below = at.bottom + gapPx;
    const fitsBelow = below + size.height <= innerHeight - edgePx;
    const top = fitsBelow ? below : Math.max(edgePx, at.top - gapPx - size.height);
    panel.current.style.left = `${Math.max(edgePx, Math.min(left, innerWidth - size.width - edgePx))}px`;
    panel.current.style.top = `${top}px`;
  };

  const onToggle = (open: boolean) => {
    setOpen(open);
    if (!open) return;
    // The contents are rendered by the state above; measure once they stand.
    requestAnimationFrame(() => {
      place();
      panel.current?.querySelector<HTMLElement>('input,select,textarea,button,[tabindex="0"]')?.focus();
    });
  };

  return (
    <>
      <Button
        {...button}
        ref={trigger}
        popoverTarget={id}
        aria-haspopup={role}
        aria-expanded={isOpen}
        iconAfter={label ? 'chevronDown' : undefined}
      >
        {label}
      </Button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role={role}
        aria-label={title}
        className={styles.panel}
        onToggle={(event) => onToggle(event.newState === 'open')}
      >
        {isOpen && children(() => panel.current?.hidePopover())}
      </div>
    </>
  );
}
