import { beforeEach, expect, it } from 'vitest';
import { type Agenda, createAgenda } from '../../../src-main/engine/schedule/agenda.ts';
import { createTestTime, type TestTime } from '../../builders/time.ts';
import { day, hour, minute, startMs } from './timed-console.ts';

let time: TestTime;
let agenda: Agenda;
let done: string[];
const act = (name: string) => () => void done.push(name);

beforeEach(() => {
  time = createTestTime(startMs);
  agenda = createAgenda({ clock: time, timer: time });
  done = [];
});

it('what is to be done at a moment waits for it, also where the clock is put back', () => {
  agenda.set('at', startMs + hour, act('at'));
  time.jump(-day);
  time.pass(day + minute);
  expect(done).toEqual([]);
  time.pass(hour);
  expect(done).toEqual(['at']);
});

it('what is to be done after a while is done after no longer one, also where the clock is put back', () => {
  agenda.after('after', hour, act('after'));
  time.pass(hour / 2);
  time.jump(-day);
  time.pass(hour);
  expect(done).toEqual([]);
  time.pass(minute);
  expect(done).toEqual(['after']);
});

it('what is to be done after a while is done at once where the clock is found to be past it', () => {
  agenda.after('after', hour, act('after'));
  time.jump(hour);
  time.pass(minute);
  expect(done).toEqual(['after']);
});
