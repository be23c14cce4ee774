import { type FormEvent, useState } from 'react';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useConsole } from '../../state/context.tsx';
import { errorsOf, noErrors } from './form-errors.ts';
import { KeyField, keyIn } from './key-field.tsx';
import styles from './remotes.module.css';

interface SignInDialogProps {
  readonly remote: Remote;
  readonly onClose: () => void;
}

/** Another key for a remote that is known. */
export function SignInDialog({ remote, onClose }: SignInDialogProps) {
  const signIn = useConsole((state) => state.signIn);
  const [isBusy, setBusy] = useState(false);
  const [errors, setErrors] = useState(noErrors);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = keyIn(event.currentTarget);
    if (token === '') return setErrors({ fields: { key: 'Enter the access key.' }, other: null });
    setBusy(true);
    setErrors(noErrors);
    try {
      await signIn(remote.id, token);
      onClose();
    } catch (reason) {
      const error = toErrorDto(reason);
      setErrors(errorsOf(error).fields.key ? errorsOf(error) : { fields: {}, other: error });
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`Sign in to ${remote.name}`}
      description={`${remote.address}. What waits for it goes out afterwards.`}
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button type="submit" form="sign-in-form" variant="primary" disabled={isBusy}>
            {isBusy ? 'Signing in…' : 'Sign in'}
          </Button>
        </>
      }
    >
      <form id="sign-in-form" className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
        <KeyField error={errors.fields.key ?? null} />
        {errors.other && <ErrorNotice error={errors.other} />}
      </form>
    </Dialog>
  );
}
