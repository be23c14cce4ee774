import { useState } from 'react';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import type { User } from '../../../src-shared/domain/user.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useBridge } from '../../state/context.tsx';
import { RoleField } from './role-field.tsx';

/** Gives somebody another role; their key stays. */
export function RoleDialog({ user, onClose }: { readonly user: User; readonly onClose: () => void }) {
  const { id, name } = user;
  const bridge = useBridge();
  const [role, setRole] = useState(user.role);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorDto | null>(null);

  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      await bridge.request('users.save', { id, name, role });
      onClose();
    } catch (reason) {
      setError(toErrorDto(reason));
      setBusy(false);
    }
  };

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
