import { type FormEvent, useState } from 'react';
import type { Remote } from '../../../src-shared/domain/remote.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useConsole } from '../../state/context.tsx';
import { useWhenBack } from '../../state/use-when-back.ts';
import { AddressField } from './address-field.tsx';
import { errorsOf, lastingErrors, noErrors, whatIsWrong } from './form-errors.ts';
import { KeyField, keyIn } from './key-field.tsx';
import styles from './remotes.module.css';

interface SignInDialogProps {
  readonly remote: Remote;
  readonly onClose: () => void;
}

/** Another key for a remote that is known, or where it is now. */
export function SignInDialog({ remote, onClose }: SignInDialogProps) {
  const signIn = useConsole((state) => state.signIn);
  const [isBusy, setBusy] = useState(false);
  const [address, setAddress] = useState(remote.address);
  const [errors, setErrors] = useState(noErrors);
  useWhenBack(() => setErrors(lastingErrors));

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = keyIn(event.currentTarget);
    const wrong = whatIsWrong(null, address.trim(), token);
    if (Object.keys(wrong).length > 0) return setErrors({ fields: wrong, other: null });
    const isElsewhere = address.trim() !== remote.address;
    setBusy(true);
    setErrors(noErrors);
    try {
      await signIn({ id: remote.id, token, ...(isElsewhere && { address: address.trim() }) });
      onClose();
    } catch (reason) {
      setErrors(errorsOf(toErrorDto(reason)));
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={`Sign in to ${remote.name}`}
      description="What waits for it goes out afterwards."
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
        <AddressField
          help="Another one only where the same workspace has moved."
          value={address}
          error={errors.fields.address}
          onChange={setAddress}
        />
        {errors.other && <ErrorNotice error={errors.other} />}
      </form>
    </Dialog>
  );
}
