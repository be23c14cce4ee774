import { describe, expect, it } from 'vitest';
import { inspect, mappingWords } from './read-all.ts';
import { fileMaker, tempFolder } from './temp-files.ts';

const file = fileMaker(tempFolder());
/** The field that each column is to fill; `-` for none. */
const proposedFields = (path: string) =>
  inspect(path)
    .proposed.columns.map(({ field }) => field ?? '-')
    .join(' ');

describe('the mapping', () => {
  it('knows the names that other systems use', () => {
    const help =
      'Ticket ID,Customer Name,Ticket Type,Ticket Subject,Ticket Description,Ticket Status,Ticket Priority,Ticket Channel\n';
    expect(proposedFields(file(help))).toBe(
      'key requester category subject description status priority channel',
    );
    const desk =
      'number,incident_state,caller_id,opened_at,sys_created_at,sys_updated_at,contact_type,u_symptom,urgency,priority,assigned_to\n';
    expect(proposedFields(file(desk))).toBe(
      'key status requester createdAt - updatedAt channel subject - priority assignee',
    );
  });

  it('fills a field once, with the column that fits best', () => {
    expect(proposedFields(file('id,ticket_id,Title,Summary,Ticket Subject\n'))).toBe('- key - - subject');
    expect(proposedFields(file('order_id,words\n'))).toBe('key -');
  });

  it('leaves the id open rather than guess, and says so', () => {
    const found = inspect(file('name,words\na,b\n'));
    expect(found.proposed.columns.some(({ field }) => field === 'key')).toBe(false);
    expect(mappingWords(found)).toContain('No column looks like the id');
  });

  it('knows words for status and priority, and names those it does not', () => {
    const rows = [
      'Active,1 - Critical',
      'Awaiting User Info,2 - High',
      'awaiting vendor,3 - Moderate',
      'On hold,4 - Low',
      '-100,urgent',
    ];
    const found = inspect(
      file(`id,state,priority\n${rows.map((row, index) => `${index},${row}`).join('\n')}`),
    );
    expect(found.proposed.values).toEqual({
      status: {
        Active: 'open',
        'Awaiting User Info': 'pending',
        'awaiting vendor': 'on_hold',
        'On hold': 'on_hold',
      },
      priority: {
        '1 - Critical': 'critical',
        '2 - High': 'high',
        '3 - Moderate': 'medium',
        '4 - Low': 'low',
        urgent: 'critical',
      },
    });
    expect(mappingWords(found)).toContain('No status is known for “-100” (1 row)');
  });

  it('is named after the file', () => {
    expect(inspect(file('id\n1\n', 'help desk 2024.csv')).proposed.source).toBe('help desk 2024');
    expect(inspect(file('id\n1\n', 'help desk.rejected-rows-7 (1).csv')).proposed.source).toBe('help desk');
    expect(inspect(file('id\n1\n', 'two\nlines.csv')).proposed.source).toBe('two lines');
  });
});

describe('dates', () => {
  const dated = (...dates: string[]) =>
    inspect(file(`id,created\n${dates.map((date, index) => `${index},${date}`).join('\n')}\n`));

  it('are judged by all rows: one 13th decides', () => {
    const early = Array.from({ length: 300 }, (_, index) => `${(index % 12) + 1}/${(index % 11) + 1}/2024`);
    expect(dated(...early, '13/1/2024').proposed.dateOrder).toBe('dmy');
    expect(dated(...early, '1/13/2024').proposed.dateOrder).toBe('mdy');
  });

  it('that fit both ways are said to', () => {
    const found = dated('1/2/2024', '3/4/2024');
    expect(found.proposed.dateOrder).toBe('dmy');
    expect(mappingWords(found)).toContain('is also valid with day and month swapped');
  });

  it('may be ISO or seconds', () => {
    expect(dated('2024-01-02', '2024-01-03 10:00 +0200').proposed.dateOrder).toBe('iso');
    expect(dated('1735741851', '1735741900').proposed.dateOrder).toBe('epoch');
  });

  it('that cannot be read are counted', () => {
    expect(mappingWords(dated('2024-01-02', '2024-01-03', 'soon'))).toContain(
      '1 value in “created” cannot be read',
    );
  });
});
