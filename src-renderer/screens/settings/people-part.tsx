import { type FormEvent, useState } from 'react';
import { type Role, type User, UserName } from '../../../src-shared/domain/user.ts';
import type { Bridge } from '../../bridge/bridge.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { TextField } from '../../components/field.tsx';
import { Skeleton } from '../../components/skeleton.tsx';
import { formatExact } from '../../format/times.ts';
import { useBridge } from '../../state/context.tsx';
import { useAnswer } from '../../state/use-answer.ts';
import { useFailure } from '../../state/use-failure.ts';
import { Part } from './part.tsx';
import { type PeopleChange, PeopleDialog } from './people-dialog.tsx';
import peopleStyles from './people-part.module.css';
import { RoleField } from './role-field.tsx';
import { roleWords } from './role-words.ts';
import styles from './settings-screen.module.css';

const listUsers = (bridge: Bridge) => bridge.request('users.list', {});

/** Who else may use this console over its server, and as what. */
export function PeoplePart() {
  const { answer, error, load } = useAnswer(listUsers, 'users.changed');
  const users = answer?.users;
  const [change, setChange] = useState<PeopleChange | null>(null);
  // Who may not look after people is not told of them.
  if (error?.code === 'forbidden') return null;
  return (
    <Part title="People">
      <p>
        Other people and scripts use this console over its server, each with an access key of their own. What
        they do stands in the history under their name.
      </p>
      {!users && !error && (
        <p>
          <Skeleton width="30%" />
        </p>
      )}
      {users && users.length > 0 && (
        <ul className={styles.rows}>
          {users.map((user) => (
            <UserRow key={user.id} user={user} onChange={setChange} />
          ))}
        </ul>
      )}
      {users?.length === 0 && <p className={styles.muted}>Nobody but you.</p>}
      <AddPerson onAdded={(user, token) => setChange({ kind: 'key', user, token })} />
      {error && <ErrorNotice error={error} actions={<Button onClick={load}>Try again</Button>} />}
      {change && <PeopleDialog change={change} onChange={setChange} onClose={() => setChange(null)} />}
    </Part>
  );
}

function UserRow({ user, onChange }: { readonly user: User; readonly onChange: (c: PeopleChange) => void }) {
  return (
    <li className={styles.row}>
      <span className={styles.rowWords}>
        <strong>{user.name}</strong>
        <span className={styles.muted}>
          {roleWords[user.role].label} · key of {formatExact(user.tokenAt)}
        </span>
      </span>
      <span className={peopleStyles.buttons}>
        <Button
          size="small"
          aria-label={`Role of ${user.name}`}
          onClick={() => onChange({ kind: 'role', user })}
        >
          Role…
        </Button>
        <Button
          size="small"
          aria-label={`New key for ${user.name}`}
          onClick={() => onChange({ kind: 'new_key', user })}
        >
          New key…
        </Button>
        <Button
          size="small"
          variant="ghost"
          icon="trash"
          aria-label={`Remove ${user.name}`}
          onClick={() => onChange({ kind: 'remove', user })}
        />
      </span>
    </li>
  );
}

function AddPerson({ onAdded }: { readonly onAdded: (user: User, token: string) => void }) {
  const bridge = useBridge();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const [isBusy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [error, setError] = useFailure();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    if (!UserName.safeParse(name.trim()).success)
      return setWrong('Enter a name of letters and digits; . _ @ - are allowed between them.');
    setBusy(true);
    try {
      const { user, token } = await bridge.request('users.save', { name: name.trim(), role });
      setName('');
      if (token !== null) onAdded(user, token);
    } catch (reason) {
      const dto = toErrorDto(reason);
      if (dto.code === 'name_taken') setWrong(`${dto.message} ${dto.next}`);
      else setError(dto);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className={peopleStyles.form} onSubmit={(event) => void submit(event)} noValidate>
      <TextField
        label="Name"
        autoComplete="off"
        maxLength={64}
        value={name}
        error={wrong}
        onChange={({ target }) => {
          setName(target.value);
          setWrong(null);
        }}
      />
      <RoleField value={role} onChange={setRole} />
      <Button type="submit" icon="plus" disabled={isBusy || name.trim() === ''}>
        {isBusy ? 'Adding…' : 'Add person'}
      </Button>
      {error && <ErrorNotice error={error} />}
    </form>
  );
}
