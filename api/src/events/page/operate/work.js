// What each worker has before it, and what of it fails, grouped by how.

import { get } from './operator.js';
import * as retry from './retry.js';
import { Table } from './table.js';
import { button, facts, text, wrap } from '../parts.js';

const STATES = ['open', 'claimed', 'later', 'waiting', 'parked', 'unknown'];

const columns = { Worker: (row) => row.worker };
for (const state of STATES) columns[state[0].toUpperCase() + state.slice(1)] = (row) => row[state];
columns['Oldest open'] = (row) => (row.oldest_open_s > 0 ? `${row.oldest_open_s.toFixed(1)} s` : '–');

const workers = new Table('Work by worker and state', columns, 'No worker is known.');

const groups = new Table(
  'Failures, grouped',
  {
    Worker: (row) => row.worker,
    Class: (row) => row.class.replaceAll('_', ' '),
    Said: (row) => row.said || '–',
    Parked: (row) => row.parked,
    Unknown: (row) => row.unknown,
    'Tried again': (row) => row.later,
    'Last seen': (row) => (row.last_seen ? new Date(row.last_seen).toLocaleString() : '–'),
    Example: (row) => exampleOf(row.example),
    Retry: (row) => (row.parked > 0 ? retry.retryOf(row) : ''),
  },
  'Nothing fails.',
);
const shown = wrap('section');
shown.setAttribute('aria-label', 'A piece of work');
shown.tabIndex = -1;
shown.hidden = true;

export const parts = [workers.whole, groups.whole, ...retry.parts, shown];

export async function load() {
  const [counts, failing] = await Promise.all([get('/work'), get('/work/groups')]);
  workers.show(counts.data, (row) => row.worker);
  groups.show(failing.data, (row) => row.group);
}

function exampleOf(name) {
  const made = button(name, () => show(name, made));
  made.dataset.same = name;
  return made;
}

/** One piece with its event and every attempt. */
async function show(name, opener) {
  try {
    const { work, event } = await get(`/work/items/${encodeURIComponent(name)}`);
    const attempts = new Table(
      'Attempts',
      {
        Drive: (row) => row.epoch,
        Attempt: (row) => row.attempt,
        Ended: (row) => (row.ended_at ? new Date(row.ended_at).toLocaleString() : '–'),
        Outcome: (row) => row.outcome,
        Said: (row) => row.said ?? '–',
      },
      'No attempt is kept.',
    );
    attempts.show(work.attempts, (row) => `${row.epoch} ${row.attempt}`);
    const about = { State: work.state, Tenant: work.tenant, Key: work.key, 'Owed since': new Date(work.created_at).toLocaleString() };
    about.Event = event ? `${event.position} ${event.type} of ${event.aggregate} ${event.stream_id}` : `${work.event_position}, which is not in the log`;
    if (work.reason) about.Reason = work.reason;
    const close = button('Close', () => {
      shown.hidden = true;
      opener.focus();
    });
    shown.replaceChildren(wrap('header', text('h2', name), close), facts(about), attempts.whole);
  } catch (error) {
    shown.replaceChildren(text('p', error.message, 'note'));
  }
  shown.hidden = false;
  shown.focus();
}
