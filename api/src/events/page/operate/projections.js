// Read models: how far they are, and made anew while the system runs.

import { Job } from './job.js';
import { get, post } from './operator.js';
import { Table, chip } from './table.js';
import { button, field, text, wrap } from '../parts.js';

const COLOURS = { live: 'live', building: 'quiet', built: 'quiet', what_if: 'quiet', retired: 'quiet', replaced: 'quiet' };

const models = new Table(
  'Read models',
  {
    Name: (row) => row.name,
    Version: (row) => row.version,
    State: (row) => chip(row.state.replace('_', ' '), COLOURS[row.state]),
    Position: (row) => row.position,
    Lag: (row) => row.lag,
    'Set aside': (row) => row.parked_keys,
    Written: (row) => (row.written ? 'yes' : 'no'),
    Rebuild: (row) => (row.state === 'live' ? rebuildOf(row.name) : ''),
  },
  'No read model is known.',
);

const reason = field('rebuild-reason', 'Why, for those who read the log later', { required: '', maxlength: 1000 });
const verify = check('rebuild-verify', 'Compare with the rows in use', true);
const change = check('rebuild-switch', 'Switch to the new rows if nothing differs', false);
const heading = text('h2', '');
const submit = text('button', 'Make anew');
submit.type = 'submit';
const form = wrap('form', heading, reason.whole, verify.whole, change.whole, wrap('p', submit, ' ', button('Cancel', close)));
form.className = 'act';
form.hidden = true;
form.addEventListener('submit', begin);

const job = new Job('the rebuild');
const found = wrap('div');
let wanted = '';
let opener = null;

export const parts = [models.whole, form, job.whole, found];

export async function load() {
  const { data } = await get('/projections');
  models.show(data, (row) => `${row.name} ${row.version} ${row.state}`);
}

function rebuildOf(name) {
  const made = button('Make anew…', () => open(name, made));
  made.setAttribute('aria-label', `Make ${name} anew`);
  made.dataset.same = `rebuild ${name}`;
  return made;
}

function open(name, from) {
  wanted = name;
  opener = from;
  heading.textContent = `Make ${name} anew`;
  form.hidden = false;
  reason.input.focus();
}

function close() {
  form.hidden = true;
  opener?.focus();
}

async function begin(submitted) {
  submitted.preventDefault();
  submit.disabled = true;
  found.replaceChildren();
  try {
    const begun = await post(`/projections/${encodeURIComponent(wanted)}/rebuilds`, {
      reason: reason.input.value,
      verify: verify.input.checked,
      switch: change.input.checked,
    });
    reason.input.value = '';
    close();
    const ended = await job.follow(begun);
    if (ended?.result) tell(ended.result);
    await load();
  } catch (error) {
    job.leave();
    found.replaceChildren(text('p', error.message, 'note'));
  }
  submit.disabled = false;
}

function tell({ name, version, position, verified, switched }) {
  const differing = verified ? verified.tables.reduce((sum, table) => sum + table.differing, 0) : null;
  const compared = { null: 'It was not compared.', 0: 'No row differs from those in use.' }[differing] ?? `${differing} rows differ from those in use.`;
  const place = switched ? 'It is in use now.' : 'It lies beside the one in use.';
  const words = `Version ${version} of ${name} is made anew up to position ${position}. ${compared} ${place}`;
  found.replaceChildren(text('p', words, differing ? 'note' : 'good'));
}

function check(id, words, isOn) {
  const made = field(id, words, { type: 'checkbox' });
  made.input.checked = isOn;
  made.whole.className = 'check';
  made.whole.prepend(made.input);
  return made;
}
