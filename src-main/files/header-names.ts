/** Names that other systems give to a ticket field's column, best first; compared without case and punctuation. */
const fieldNames = {
  key: [
    'key',
    'ticket',
    'ticket id',
    'ticketid',
    'ticket number',
    'ticket no',
    'ticket key',
    'number',
    'incident number',
    'incident id',
    'case number',
    'case id',
    'issue key',
    'issue id',
    'request id',
    'external id',
    'id',
    'nr',
    'no',
  ],
  subject: [
    'subject',
    'ticket subject',
    'title',
    'short description',
    'summary',
    'u symptom',
    'symptom',
    'headline',
    'betreff',
  ],
  description: [
    'description',
    'ticket description',
    'content',
    'body',
    'long description',
    'message',
    'details',
    'comment',
    'text',
    'beschreibung',
  ],
  status: [
    'status',
    'ticket status',
    'incident state',
    'state',
    'case status',
    'issue status',
    'ticket state',
  ],
  priority: ['priority', 'ticket priority', 'case priority', 'issue priority', 'urgency', 'severity'],
  category: [
    'category',
    'ticket type',
    'ticket category',
    'topic',
    'type',
    'issue type',
    'case type',
    'kategorie',
  ],
  assignee: [
    'assignee',
    'assigned to',
    'assigned agent',
    'agent',
    'agent name',
    'owner',
    'assignee name',
    'ticket owner',
    'handled by',
    'resolver',
  ],
  requester: [
    'requester',
    'requester name',
    'customer name',
    'customer',
    'caller',
    'caller id',
    'creator',
    'reporter',
    'submitter',
    'contact name',
    'from',
    'requester email',
    'customer email',
    'author',
    'opened by',
  ],
  channel: [
    'channel',
    'ticket channel',
    'contact type',
    'via',
    'origin',
    'case origin',
    'ticket source',
    'contact method',
  ],
  product: ['product', 'product purchased', 'product name', 'item'],
  createdAt: [
    'created at',
    'createdat',
    'created',
    'created on',
    'created date',
    'creation date',
    'date created',
    'opened at',
    'opened',
    'open date',
    'sys created at',
    'sys created on',
    'created time',
    'submitted at',
    'reported at',
    'date',
    'timestamp',
  ],
  updatedAt: [
    'updated at',
    'updatedat',
    'updated',
    'updated on',
    'last updated',
    'updated date',
    'sys updated at',
    'sys updated on',
    'modified',
    'modified at',
    'last modified',
    'last modified date',
    'updated time',
  ],
} as const;
export type MappableField = keyof typeof fieldNames;

const mappableFields = Object.keys(fieldNames) as MappableField[];

export function isMappable(field: string): field is MappableField {
  return field in fieldNames;
}

/** The column that fills each field, judging by the names alone; a column fills one field at most. */
export function matchHeaders(headers: readonly string[]): Map<number, MappableField> {
  const names = headers.map(normalised);
  const candidates: { field: MappableField; column: number; rank: number }[] = [];
  for (const field of mappableFields) {
    for (const [rank, name] of fieldNames[field].entries()) {
      const column = names.indexOf(normalised(name));
      if (column >= 0) candidates.push({ field, column, rank });
    }
  }
  const taken = new Map<number, MappableField>();
  const filled = new Set<MappableField>();
  for (const { field, column } of candidates.toSorted((a, b) => a.rank - b.rank)) {
    if (taken.has(column) || filled.has(field)) continue;
    taken.set(column, field);
    filled.add(field);
  }
  if (!filled.has('key')) {
    const column = names.findIndex((name, index) => !taken.has(index) && /(^|.)(id|key|number)$/.test(name));
    if (column >= 0) taken.set(column, 'key');
  }
  return taken;
}

/** “Ticket ID”, “ticket_id” and “ticketId” are the same name. */
function normalised(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
