import { useEffect, useState } from 'react';
import { type Field, labelOf } from '../../../src-shared/collections/field.ts';
import { collections } from '../../../src-shared/collections/index.ts';
import type { ErrorDto } from '../../../src-shared/contract/errors.ts';
import { type Facet, facetLimit } from '../../../src-shared/contract/records.ts';
import { Filter } from '../../../src-shared/domain/filter.ts';
import { formatNumber } from '../../../src-shared/domain/number-words.ts';
import { toErrorDto } from '../../bridge/error-dto.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { CheckField, TextField } from '../../components/field.tsx';
import { Popover } from '../../components/popover.tsx';
import { SkeletonRows } from '../../components/skeleton.tsx';
import { useBridge, useConsole } from '../../state/context.tsx';
import styles from './facet-menu.module.css';
import { pickedValues, rewriteText, withPicked } from './filter-text.ts';

const searchFrom = 12;

/** The values of one field with their counts, to filter by. */
export function FacetMenu({ field }: { readonly field: Field }) {
  const picked = useConsole((state) => state.filter);
  const count = pickedValues(picked, field.name).length;
  const name = `Filter by ${field.label.toLowerCase()}${count > 0 ? `, ${count} picked` : ''}`;
  return (
    <Popover
      label={count > 0 ? `${field.label} · ${count}` : field.label}
      title={name}
      button={{ variant: 'ghost', size: 'small', 'aria-label': name }}
    >
      {() => <FacetValues field={field} />}
    </Popover>
  );
}

function FacetValues({ field }: { readonly field: Field }) {
  const bridge = useBridge();
  const collection = useConsole((state) => state.collection);
  const filter = useConsole((state) => state.filter);
  const connection = useConsole((state) => state.connection);
  const filterText = useConsole((state) => state.filterText);
  const setFilterText = useConsole((state) => state.setFilterText);
  const [facet, setFacet] = useState<Facet | null>(null);
  const [error, setError] = useState<ErrorDto | null>(null);
  const [search, setSearch] = useState('');
  // Counted without this field's own picks, or nothing else could be picked.
  const others = JSON.stringify(withPicked(filter, field.name, []));

  useEffect(() => {
    if (connection !== 'connected') return;
    let isCurrent = true;
    bridge
      .request('records.facets', {
        collection,
        filter: Filter.parse(JSON.parse(others)),
        fields: [field.name],
      })
      .then(({ facets }) => {
        if (!isCurrent) return;
        setFacet(facets[0] ?? { field: field.name, values: [] });
        setError(null);
      })
      .catch((reason: unknown) => isCurrent && setError(toErrorDto(reason)));
    return () => {
      isCurrent = false;
    };
  }, [bridge, collection, others, field.name, connection]);

  if (error) return <ErrorNotice error={error} />;
  if (!facet) return <SkeletonRows rows={5} />;

  const picks = pickedValues(filter, field.name);
  const toggle = (value: string | null, isOn: boolean) => {
    const values = isOn ? [...picks, value] : picks.filter((pick) => pick !== value);
    setFilterText(rewriteText(filterText, withPicked(filter, field.name, values), collections[collection]));
  };
  const name = (value: string | null) => (value === null ? 'None' : labelOf(field, value));
  const shown = facet.values.filter(({ value }) => name(value).toLowerCase().includes(search.toLowerCase()));

  return (
    <div className={styles.facet}>
      {facet.values.length > searchFrom && (
        <TextField
          label={`Find a ${field.label.toLowerCase()}`}
          isLabelHidden
          placeholder="Find"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      {shown.length === 0 && <p className={styles.nothing}>Nothing here.</p>}
      {facet.values.length === facetLimit && (
        <p className={styles.nothing}>
          The {facetLimit} most frequent are listed. Name any other in the filter, as {field.name}:name.
        </p>
      )}
      {shown.map(({ value, count }) => (
        <CheckField
          key={value ?? ''}
          label={<span dir="auto">{name(value)}</span>}
          checked={picks.includes(value)}
          onChange={(event) => toggle(value, event.target.checked)}
        >
          <span className={styles.count}>{formatNumber(count)}</span>
        </CheckField>
      ))}
    </div>
  );
}
