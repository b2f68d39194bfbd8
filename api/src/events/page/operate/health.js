// What is wrong at this moment, and what to do about it.

import { get } from './operator.js';
import { Table, chip } from './table.js';
import { button, text, wrap } from '../parts.js';

const COLOURS = { ok: 'live', warn: 'away', fail: 'away', unknown: 'away' };

const alarms = new Table(
  'Alarms of this process',
  {
    Alarm: (row) => row.name,
    Of: (row) => row.subject,
    Condition: (row) => row.condition,
    Since: (row) => new Date(row.since).toLocaleString(),
    Runbook: (row) => row.runbook,
  },
  'No alarm.',
);
const findings = new Table(
  'What the doctor found',
  {
    Check: (row) => row.check,
    State: (row) => chip(row.state, COLOURS[row.state]),
    Detail: (row) => row.detail,
    Fix: (row) => row.fix,
  },
  'Nothing was looked at yet.',
);
const said = text('p', '', 'quiet');
said.setAttribute('role', 'status');

export const parts = [alarms.whole, wrap('p', button('Examine', examine)), said, findings.whole];

export async function load() {
  const { data } = await get('/alarms');
  alarms.show(data, (row) => `${row.name} ${row.subject}`);
}

/** Looks at everything, which takes a moment: only when asked. */
async function examine() {
  said.textContent = 'Looking at everything…';
  try {
    const { healthy, data } = await get('/doctor');
    findings.show(data, (row) => row.check);
    said.textContent = healthy ? 'Nothing fails.' : 'Something fails or could not be looked at.';
  } catch (error) {
    said.textContent = error.message;
  }
}
