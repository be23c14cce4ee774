import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx.ts';
import styles from './field.module.css';

interface FieldWords {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | null | undefined;
  /** Keeps the label for screen readers only. */
  readonly isLabelHidden?: boolean | undefined;
}

type Control<T extends 'input' | 'select' | 'textarea'> = FieldWords & Omit<ComponentProps<T>, 'id'>;

interface FrameProps extends FieldWords {
  readonly id: string;
  readonly children: ReactNode;
}

function Frame({ id, label, help, error, isLabelHidden, children }: FrameProps) {
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      {children}
      {help && !error && (
        <div id={`${id}-help`} className={styles.help}>
          {help}
        </div>
      )}
      {error && (
        <div id={`${id}-help`} className={styles.error} role="alert">
          {error}
        </div>
      )}
    </div>
  );
}

function describing(id: string, { help, error }: FieldWords) {
  return {
    id,
    'aria-describedby': help || error ? `${id}-help` : undefined,
    'aria-invalid': error ? true : undefined,
  } as const;
}

/** One line of text with its label. */
export function TextField({ label, help, error, isLabelHidden, className, ...props }: Control<'input'>) {
  const id = useId();
  const words = { label, help, error, isLabelHidden };
  return (
    <Frame id={id} {...words}>
      <input type="text" {...props} {...describing(id, words)} className={cx(styles.control, className)} />
    </Frame>
  );
}

/** Several lines of text with their label. */
export function TextAreaField({
  label,
  help,
  error,
  isLabelHidden,
  className,
  ...props
}: Control<'textarea'>) {
  const id = useId();
  const words = { label, help, error, isLabelHidden };
  return (
    <Frame id={id} {...words}>
      <textarea
        rows={4}
        {...props}
        {...describing(id, words)}
        className={cx(styles.control, styles.area, className)}
      />
    </Frame>
  );
}

/** One of a few choices; options are given as children. */
export function SelectField({ label, help, error, isLabelHidden, className, ...props }: Control<'select'>) {
  const id = useId();
  const words = { label, help, error, isLabelHidden };
  return (
    <Frame id={id} {...words}>
      <select
        {...props}
        {...describing(id, words)}
        className={cx(styles.control, styles.select, className)}
      />
    </Frame>
  );
}

interface SwitchFieldProps extends FieldWords {
  readonly checked: boolean;
  readonly onCheckedChange: (checked: boolean) => void;
  readonly disabled?: boolean | undefined;
}

/** Yes or no, in effect at once or with its form. */
export function SwitchField(props: SwitchFieldProps) {
  const { label, help, error, isLabelHidden, checked, onCheckedChange, disabled } = props;
  const id = useId();
  return (
    <div className={styles.field}>
      <span className={styles.switchRow}>
        <input
          type="checkbox"
          role="switch"
          className={styles.switch}
          checked={checked}
          disabled={disabled}
          onChange={(event) => onCheckedChange(event.target.checked)}
          {...describing(id, { label, help, error })}
        />
        <label htmlFor={id} className={isLabelHidden ? 'visually-hidden' : undefined}>
          {label}
        </label>
      </span>
      {(help || error) && (
        <div id={`${id}-help`} className={error ? styles.error : styles.help}>
          {error ?? help}
        </div>
      )}
    </div>
  );
}

/** A check box with its label beside it. */
export function CheckField({
  label,
  children,
  ...props
}: Omit<ComponentProps<'input'>, 'id'> & { readonly label: ReactNode }) {
  return (
    <label className={styles.check}>
      <input type="checkbox" {...props} />
      <span className={styles.checkLabel}>{label}</span>
      {children}
    </label>
  );
}
