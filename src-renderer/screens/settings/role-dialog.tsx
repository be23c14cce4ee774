import { useState } from 'react';
import type { User } from '../../../src-shared/domain/user.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useBridge } from '../../state/context.tsx';
import { useAttempt } from '../../state/use-attempt.ts';
import { RoleField } from './role-field.tsx';

/** Gives somebody another role; their key stays. */
export function RoleDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { id, name } = user;
  const bridge = useBridge();
  const [role, setRole] = useState(user.role);
  const { isBusy, error, attempt } = useAttempt();

  const save = () =>
    attempt(async () => {
      await bridge.request('users.save', { id, name, role });
      onClose();
    });

  return (
    <Dialog
      title={`What may ${name} do?`}
      description="It counts at once, wherever their key is used. The key stays."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button variant="primary" disabled={isBusy || role === user.role} onClick={() => void save()}>
            Change role
          </Button>
        </>
      }
    >
      <RoleField value={role} onChange={setRole} />
      {error && <ErrorNotice error={error} />}
    </Dialog>
  );
}
