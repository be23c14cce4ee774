export type FilterOperator = ':' | '<' | '<=' | '>' | '>=';

export interface TokenValue {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A stretch of the filter's text between blanks: `-name:value,value` or, without a name, words to search for. */
export interface FilterToken {
  readonly from: number;
  readonly to: number;
  readonly isNegated: boolean;
  readonly field: { readonly name: string; readonly operator: FilterOperator } | null;
  readonly values: readonly TokenValue[];
  /** False when a quote was opened and not closed. */
  readonly isClosed: boolean;
}

const blank = /\s/;
const fieldStart = /^-?([A-Za-z][A-Za-z_]*)(:|<=|>=|<|>)/;

/** The field, operator and sign with which a stretch of text begins, if it does. */
export function readFieldStart(
  text: string,
): { name: string; operator: FilterOperator; length: number } | null {
  const found = fieldStart.exec(text);
  if (!found?.[1] || !found[2]) return null;
  return { name: found[1], operator: found[2] as FilterOperator, length: found[0].length };
}

/** Cuts a filter's text at blanks outside of quotes. Every character but blanks belongs to one token. */
export function tokenize(text: string): readonly FilterToken[] {
  const tokens: FilterToken[] = [];
  let at = 0;
  while (at < text.length) {
    if (blank.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const token = readToken(text, at);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function readToken(text: string, from: number): FilterToken {
  const start = readFieldStart(text.slice(from));
  const isNegated = text.charAt(from) === '-';
  if (!start) {
    const begin = isNegated ? from + 1 : from;
    const value = text.charAt(begin) === '"' ? readQuoted(text, begin) : readBare(text, begin, false);
    return { from, to: value.to, isNegated, field: null, values: [value], isClosed: value.isClosed };
  }
  const values: TokenValue[] = [];
  let at = from + start.length;
  let isClosed = true;
  for (;;) {
    const value = text.charAt(at) === '"' ? readQuoted(text, at) : readBare(text, at, true);
    values.push({ text: value.text, isQuoted: value.isQuoted });
    isClosed &&= value.isClosed;
    at = value.to;
    if (text.charAt(at) !== ',') break;
    at += 1;
  }
  const field = { name: start.name, operator: start.operator };
  return { from, to: at, isNegated, field, values, isClosed };
}

interface ReadValue extends TokenValue {
  readonly to: number;
  readonly isClosed: boolean;
}

function readBare(text: string, from: number, stopsAtComma: boolean): ReadValue {
  let to = from;
  while (to < text.length && !blank.test(text.charAt(to)) && !(stopsAtComma && text.charAt(to) === ','))
    to += 1;
  return { text: text.slice(from, to), isQuoted: false, to, isClosed: true };
}

function readQuoted(text: string, from: number): ReadValue {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '"') return { text: value, isQuoted: true, to: at + 1, isClosed: true };
    if (char === '\\' && (next === '"' || next === '\\')) {
      value += next;
      at += 1;
    } else {
      value += char;
    }
  }
  return { text: value, isQuoted: true, to: text.length, isClosed: false };
}

/** A text in quotes, so that it reads back as it is. */
function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, (char) => `\\${char}`)}"`;
}

/** A value as it stands after a colon: bare where that reads back the same. */
export function writeValue(text: string): string {
  const isBare = text !== '' && !/[\s,]/.test(text) && !text.startsWith('"') && text.toLowerCase() !== 'none';
  return isBare ? text : quote(text);
}

/** Words as they are searched for; a quoted phrase keeps its quotes and is searched for as a phrase. */
export function readWords({ text, isQuoted }: TokenValue): string {
  return isQuoted && /^[^"]* [^"]*$/.test(text) ? `"${text}"` : text;
}

/** Search words as they stand in the filter: bare where that reads back the same. */
export function writeWords(text: string): string {
  const words: string[] = [];
  for (let at = 0; at <= text.length; at += (words.at(-1)?.length ?? 0) + 1)
    words.push(/^(?:"[^"]* [^"]*"(?= |$)|[^ ]*)/.exec(text.slice(at))?.[0] ?? '');
  return words.map(writeWord).join(' ');
}

function writeWord(word: string): string {
  if (word.includes(' ')) return quote(word.slice(1, -1));
  return isBareWord(word) ? word : quote(word);
}

function isBareWord(word: string): boolean {
  return word !== '' && !blank.test(word) && !/^["-]/.test(word) && !readFieldStart(word);
}
