// Failures of a group done again: first what would move, then why, then the moving and what came of it.

import { Job } from './job.js';
import { post, remove } from './operator.js';
import { Table } from './table.js';
import { button, field, text, wrap } from '../parts.js';

const heading = text('h2', '');
const counted = text('p', '');
const kinds = new Table(
  'What would move',
  { State: (row) => row.state, Class: (row) => row.class.replaceAll('_', ' '), Said: (row) => row.said || '–', Pieces: (row) => row.pieces, Example: (row) => row.example },
  'Nothing is left to move.',
);
const reason = field('retry-reason', 'Why, for those who read the log later', { required: '', maxlength: 1000 });
const submit = text('button', 'Retry');
submit.type = 'submit';
const form = wrap('form', heading, counted, kinds.whole, reason.whole, wrap('p', submit, ' ', button('Cancel', cancel)));
form.className = 'act';
form.hidden = true;
form.addEventListener('submit', begin);

const job = new Job('the retry');
const found = wrap('div');
found.setAttribute('role', 'status');
found.tabIndex = -1;
let plan = null;
let opener = null;
let turn = 0;

export const parts = [form, job.whole, found];

/** The button that retries a group of failures; what may have been done already is never among them. */
export function retryOf(group) {
  const made = button('Retry…', () => open(group, made));
  made.setAttribute('aria-label', `Retry ${group.worker}: ${group.said || group.class}`);
  made.dataset.same = `retry ${group.group}`;
  return made;
}

/** What would move is fixed here; what comes later is left alone. */
async function open(group, from) {
  const mine = ++turn;
  forget();
  opener = from;
  found.replaceChildren();
  try {
    const looked = await post('/work/plans', { deed: 'retry', fitting: { group: group.group } });
    if (mine !== turn) return drop(looked);
    plan = looked;
    show(group, looked);
  } catch (error) {
    found.replaceChildren(text('p', error.message, 'note'));
  }
}

function show(group, { pieces, is_full: isFull, kinds: rows }) {
  heading.textContent = `Retry work of ${group.worker}`;
  counted.textContent = `${pieces} ${pieces === 1 ? 'piece' : 'pieces'} would move. ${isFull ? 'These are the oldest; there may be more. ' : ''}What fails from now on is left alone.`;
  kinds.show(rows, (row) => `${row.state} ${row.class} ${row.said}`);
  reason.whole.hidden = pieces === 0;
  reason.input.disabled = pieces === 0;
  submit.hidden = pieces === 0;
  form.hidden = false;
  if (pieces > 0) reason.input.focus();
}

function cancel() {
  turn += 1;
  forget();
  opener?.focus();
}

function forget() {
  if (plan) drop(plan);
  plan = null;
  form.hidden = true;
}

/** Nobody waits for the answer: a plan that is left behind goes after a day. */
function drop({ operation }) {
  remove(`/work/plans/${operation}`).catch(() => {});
}

async function begin(submitted) {
  submitted.preventDefault();
  const agreed = plan;
  if (agreed === null) return;
  submit.disabled = true;
  try {
    const begun = await post(`/work/plans/${agreed.operation}/moves`, { reason: reason.input.value });
    plan = null;
    reason.input.value = '';
    form.hidden = true;
    // The button goes with its group.
    found.focus();
    const ended = await job.follow(begun);
    if (ended?.result) tell(ended.result);
  } catch (error) {
    job.leave();
    found.replaceChildren(text('p', error.message, 'note'));
  }
  submit.disabled = false;
}

function tell({ operation, came: { pieces, moved, left_alone: leftAlone } }) {
  const rest = leftAlone > 0 ? ` ${leftAlone} had changed since they were looked at and were left alone.` : '';
  found.replaceChildren(text('p', `${moved} of ${pieces} moved, as ${operation}.${rest}`, leftAlone > 0 ? 'note' : 'good'));
}
