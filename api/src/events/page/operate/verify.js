// Whether the log is what was recorded: a job, and what it found.

import { Job } from './job.js';
import { get, post } from './operator.js';
import { Table, chip } from './table.js';
import { field, text, wrap } from '../parts.js';

const from = field('verify-from', 'From position', { type: 'number', min: 1, placeholder: 'the first' });
const sample = field('verify-sample', 'Batches drawn at random', { type: 'number', min: 1, placeholder: 'all' });
const submit = text('button', 'Verify');
submit.type = 'submit';
const form = wrap('form', from.whole, sample.whole, submit);
form.className = 'row';
form.setAttribute('aria-label', 'Verify the log');
form.addEventListener('submit', begin);

const job = new Job('the verification');
const found = wrap('div');
const earlier = new Table(
  'Verifications of this process',
  {
    Begun: (row) => new Date(row.begun_at).toLocaleString(),
    By: (row) => row.actor,
    Outcome: (row) => chip(...outcome(row)),
    Events: (row) => row.result?.sound?.events ?? '–',
  },
  'None yet.',
);

export const parts = [
  text('p', 'Recomputes digests, chain, positions and versions, and compares them with signed checkpoints. It changes nothing.'),
  form,
  job.whole,
  found,
  earlier.whole,
];

export async function load() {
  const { data } = await get('/jobs');
  earlier.show(data.filter((each) => each.kind === 'verify'), (row) => row.id);
}

async function begin(submitted) {
  submitted.preventDefault();
  submit.disabled = true;
  found.replaceChildren();
  try {
    const begun = await post('/log/verifications', wanted());
    const ended = await job.follow(begun);
    if (ended?.result) tell(ended.result);
    await load();
  } catch (error) {
    job.leave();
    found.replaceChildren(text('p', error.message, 'note'));
  }
  submit.disabled = false;
}

function wanted() {
  const set = { from: from.input.valueAsNumber, sample: sample.input.valueAsNumber };
  return Object.fromEntries(Object.entries(set).filter(([, value]) => !Number.isNaN(value)));
}

function tell({ is_sound: isSound, sound, violations, remarks }) {
  const lines = isSound
    ? [text('p', `Sound: ${sound.events} events in ${sound.batches} batches, up to position ${sound.last_position}.`, 'good')]
    : violations.map((violation) => text('p', `Broken: ${violation}.`, 'note'));
  found.replaceChildren(...lines, ...remarks.map((remark) => text('p', `${remark}.`, 'quiet')));
}

function outcome({ state, result }) {
  if (state === 'running') return ['Under way', 'quiet'];
  if (state === 'failed') return ['Failed', 'away'];
  return result.is_sound ? ['Sound', 'live'] : ['Broken', 'away'];
}
