import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { cx } from './cx.ts';
import { Icon, type IconName } from './icon.tsx';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly variant?: 'primary' | 'secondary' | 'ghost' | 'danger' | undefined;
  readonly size?: 'small' | 'medium' | undefined;
  readonly icon?: IconName | undefined;
  /** Shows the icon after the words, as for a menu. */
  readonly iconAfter?: IconName | undefined;
}

/** A button with a verb on it; one with an icon alone needs an `aria-label`, which is its tooltip too. */
export function Button({ variant = 'secondary', size = 'medium', icon, iconAfter, ...rest }: ButtonProps) {
  const { children, className, ...props } = rest;
  return (
    <button
      type="button"
      title={children ? undefined : props['aria-label']}
      {...props}
      className={cx(styles.button, styles[variant], styles[size], !children && styles.square, className)}
    >
      {icon && <Icon name={icon} />}
      {children && <span className={styles.label}>{children}</span>}
      {iconAfter && <Icon name={iconAfter} size={12} />}
    </button>
  );
}
