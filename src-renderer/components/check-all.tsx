interface CheckAllProps {
  readonly label: string;
  readonly checked: 'all' | 'some' | 'none';
  readonly disabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** The check box over a column of check boxes: a press selects all, or none where all are. */
export function CheckAll({ label, checked, disabled = false, onChange }: CheckAllProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      title={label}
      checked={checked === 'all'}
      disabled={disabled}
      ref={(box) => {
        if (box) box.indeterminate = checked === 'some';
      }}
      onChange={() => onChange(checked !== 'all')}
    />
  );
}
