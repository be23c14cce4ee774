import type { User } from '../../../src-shared/domain/user.ts';
import { Button } from '../../components/button.tsx';
import { Checksum } from '../../components/checksum.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useBridge } from '../../state/context.tsx';
import { useAttempt } from '../../state/use-attempt.ts';
import { RoleDialog } from './role-dialog.tsx';

/** What is being done about somebody: their key is shown or replaced, they get another role, or they are removed. */
export type PeopleChange =
  | { readonly kind: 'key'; readonly user: User; readonly token: string }
  | { readonly kind: 'role' | 'new_key' | 'remove'; readonly user: User };

interface PeopleDialogProps {
  readonly change: PeopleChange;
  readonly onChange: (change: PeopleChange) => void;
  readonly onClose: () => void;
}

/** Shows a key the one time it can be shown, and a form for a role; asks before a key is replaced, or somebody is removed. */
export function PeopleDialog({ change, onChange, onClose }: PeopleDialogProps) {
  if (change.kind === 'role') return <RoleDialog user={change.user} onClose={onClose} />;
  if (change.kind !== 'key') return <Ask kind={change.kind} user={change.user} {...{ onChange, onClose }} />;
  return (
    <Dialog
      title={`The access key of ${change.user.name}`}
      description="Give it to them now: it is shown this once, and kept nowhere."
      onClose={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          Done
        </Button>
      }
    >
      <Checksum label="Access key" value={change.token} />
    </Dialog>
  );
}

interface AskProps extends Omit<PeopleDialogProps, 'change'> {
  readonly kind: 'new_key' | 'remove';
  readonly user: User;
}

const questions = {
  new_key: {
    title: (name: string) => `Give ${name} a new key?`,
    description: 'The key they have stops working at once, wherever it is used.',
    button: 'Make new key',
  },
  remove: {
    title: (name: string) => `Remove ${name}?`,
    description: 'Their key stops working at once. What they did stays in the history.',
    button: 'Remove person',
  },
} as const;

function Ask({ kind, user, onChange, onClose }: AskProps) {
  const bridge = useBridge();
  const { isBusy, error, attempt } = useAttempt();
  const { title, description, button } = questions[kind];

  const go = () =>
    attempt(async () => {
      if (kind === 'new_key')
        onChange({ kind: 'key', ...(await bridge.request('users.new_token', { id: user.id })) });
      else {
        await bridge.request('users.remove', { id: user.id });
        onClose();
      }
    });

  return (
    <ConfirmDialog
      title={title(user.name)}
      description={description}
      button={button}
      isBusy={isBusy}
      error={error}
      onConfirm={() => void go()}
      onClose={onClose}
    />
  );
}
