import { type FormEvent, useState } from 'react';
import { type CollectionName, collections } from '../../../src-shared/collections/index.ts';
import type { RequestOutput } from '../../../src-shared/contract/index.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { CheckField, TextField } from '../../components/field.tsx';
import { Icon } from '../../components/icon.tsx';
import { useBridge, useConsole } from '../../state/context.tsx';
import { useWhenBack } from '../../state/use-when-back.ts';
import { AddressField } from './address-field.tsx';
import { errorsOf, lastingErrors, noErrors, type RemoteFormErrors, whatIsWrong } from './form-errors.ts';
import { KeyField, keyIn } from './key-field.tsx';
import styles from './remotes.module.css';

type Found = RequestOutput<'remotes.test'>;

/** Where a remote is and the key for it: tested first, then added with the collections that are wanted. */
export function AddRemoteDialog({ onClose }: { readonly onClose: () => void }) {
  const bridge = useBridge();
  const addRemote = useConsole((state) => state.addRemote);
  const [name, setName] = useState('');
  const [address, setAddress] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [wanted, setWanted] = useState<readonly CollectionName[]>([]);
  const [busy, setBusy] = useState<'test' | 'add' | null>(null);
  const [errors, setErrors] = useState<RemoteFormErrors>(noErrors);
  useWhenBack(() => setErrors(lastingErrors));

  const work = async (kind: 'test' | 'add', ask: () => Promise<void>) => {
    setBusy(kind);
    setErrors(noErrors);
    try {
      await ask();
    } catch (reason) {
      setErrors(errorsOf(toErrorDto(reason)));
    } finally {
      setBusy(null);
    }
  };
  const test = (token: string) =>
    work('test', async () => {
      const answer = await bridge.request('remotes.test', { address: address.trim(), token });
      setFound(answer);
      setWanted(answer.collections.map(({ collection }) => collection));
      if (name.trim() === '') setName(answer.name.slice(0, 60));
    });
  const add = (token: string) =>
    work('add', async () => {
      await addRemote({ name: name.trim(), address: address.trim(), token, collections: [...wanted] });
      onClose();
    });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy) return;
    const token = keyIn(event.currentTarget);
    const wrong = whatIsWrong(found ? name : null, address.trim(), token);
    if (Object.keys(wrong).length > 0) return setErrors({ fields: wrong, other: null });
    void (found ? add(token) : test(token));
  };
  // What was found was found at another address, or by somebody else.
  const forget = () => {
    setFound(null);
    setErrors(noErrors);
  };

  return (
    <Dialog
      title="Add a remote"
      description="Its records are copied here. Your changes are sent to it, at once or as soon as it can be reached."
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Back</Button>
          <Button
            type="submit"
            form="add-remote-form"
            variant="primary"
            disabled={busy !== null || (found !== null && wanted.length === 0)}
          >
            {found
              ? busy === 'add'
                ? 'Adding…'
                : 'Add remote'
              : busy === 'test'
                ? 'Testing…'
                : 'Test connection'}
          </Button>
        </>
      }
    >
      <form id="add-remote-form" className={styles.form} onSubmit={submit} noValidate>
        <AddressField
          value={address}
          error={errors.fields.address}
          onChange={(typed) => {
            setAddress(typed);
            forget();
          }}
        />
        <KeyField error={errors.fields.key ?? null} onType={forget} />
        <TextField
          label="Name"
          autoComplete="off"
          maxLength={60}
          help="What it is called here. Leave empty to use its own name."
          value={name}
          error={errors.fields.name}
          onChange={({ target }) => setName(target.value)}
        />
        {found && <FoundThere found={found} wanted={wanted} onWant={setWanted} />}
        {errors.other && <ErrorNotice error={errors.other} />}
      </form>
    </Dialog>
  );
}

interface FoundThereProps {
  readonly found: Found;
  readonly wanted: readonly CollectionName[];
  readonly onWant: (wanted: readonly CollectionName[]) => void;
}

/** Who one is there, and what there is to be copied. */
function FoundThere({ found, wanted, onWant }: FoundThereProps) {
  return (
    <>
      <p className={styles.found} role="status">
        <Icon name="done" />
        <span>
          {found.name} answers. You are {found.user} there ({found.role}).
        </span>
      </p>
      <fieldset className={styles.wanted}>
        <legend>Copy here</legend>
        {found.collections.map(({ collection, records }) => (
          <CheckField
            key={collection}
            label={collections[collection].label}
            checked={wanted.includes(collection)}
            onChange={({ target }) =>
              onWant(
                target.checked ? [...wanted, collection] : wanted.filter((other) => other !== collection),
              )
            }
          >
            <span className={styles.faint}>{formatNumber(records)}</span>
          </CheckField>
        ))}
        {found.collections.length === 0 && <p className={styles.faint}>There is nothing that you may see.</p>}
      </fieldset>
    </>
  );
}
