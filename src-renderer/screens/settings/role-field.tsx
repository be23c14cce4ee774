import { type Role, roles } from '../../../src-shared/domain/user.ts';
import { SelectField } from '../../components/field.tsx';
import { roleWords } from './role-words.ts';

interface RoleFieldProps {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}

/** What somebody may do. */
export function RoleField({ value, onChange }: RoleFieldProps) {
  return (
    <SelectField
      label="May"
      value={value}
      onChange={({ target }) => {
        const chosen = roles.find((role) => role === target.value);
        if (chosen) onChange(chosen);
      }}
    >
      {roles.map((role) => (
        <option key={role} value={role}>
          {roleWords[role].may}
        </option>
      ))}
    </SelectField>
  );
}
