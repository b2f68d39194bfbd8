// One event in full: what it says, what caused it, what it caused; and the history of the thing it happened to, with
// what that was after each event.

import { get } from './client.js';
import { button, facts, text, wrap } from './parts.js';

const RELATED_MAX = 200;

const detail = document.getElementById('detail');
const panes = document.getElementById('panes');
/** What Escape goes back to, the last first. */
let before = [];
let present = null;
let turn = 0;

export function isOpen() {
  return !detail.hidden;
}

export function open(event) {
  before = [];
  show(() => showEvent(event));
}

/** Goes back a step; at the first, closes. */
export function back() {
  const last = before.pop();
  if (!last) return close();
  show(last, false);
}

export function close() {
  before = [];
  present = null;
  turn += 1;
  detail.hidden = true;
  detail.replaceChildren();
  panes.classList.remove('split');
}

function show(view, isStep = true) {
  if (isStep && present) before.push(present);
  present = view;
  turn += 1;
  detail.hidden = false;
  panes.classList.add('split');
  view();
  detail.focus();
}

/** Whether what is shown now still is, whenever that is asked. */
function stillShown() {
  const mine = turn;
  return () => turn === mine;
}

function showEvent(event) {
  const related = section('Same command and what followed');
  detail.replaceChildren(
    title(event.type),
    facts(about(event)),
    json(event.data),
    section(`What this ${event.aggregate} went through`, [
      button(`History of ${event.stream_id}`, () => show(() => showHistory(event))),
    ]),
    related,
  );
  relate(event, related);
}

function about(event) {
  return {
    when: new Date(event.recorded_at).toLocaleString(),
    position: event.position.split(':')[1],
    stream: `${event.aggregate} ${event.stream_id}, version ${event.version}`,
    workspace: event.workspace ?? 'none',
    actor: event.actor,
    event: event.id,
    correlation: event.correlation_id,
  };
}

async function relate(event, target) {
  const isStillShown = stillShown();
  try {
    const page = await get('/v1/events', { correlation_id: event.correlation_id, limit: RELATED_MAX });
    if (!isStillShown()) return;
    const others = page.data.filter((other) => other.id !== event.id);
    const cause = others.filter((other) => other.id === event.causation_id);
    const effects = others.filter((other) => other.causation_id === event.id);
    const rest = others.filter((other) => !cause.includes(other) && !effects.includes(other));
    target.replaceWith(
      section('Caused by', cause.map(link), event.causation_id ? 'Not among what you see.' : 'A command alone.'),
      section('Caused', effects.map(link), 'Nothing so far.'),
      section('Same command and what followed', rest.map(link), 'Nothing else.'),
    );
  } catch (error) {
    if (isStillShown()) target.append(text('p', error.message, 'quiet'));
  }
}

function link(event) {
  return button(`${event.type} · ${event.stream_id}`, () => show(() => showEvent(event)));
}

async function showHistory(event) {
  const { aggregate, stream_id: id } = event;
  const state = document.createElement('pre');
  const versions = document.createElement('ul');
  versions.className = 'links';
  detail.replaceChildren(title(`${aggregate} ${id}`), text('h3', 'Events'), versions, text('h3', 'State'), state);
  const isStillShown = stillShown();
  const choose = (item, version) => {
    for (const other of versions.querySelectorAll('button')) other.setAttribute('aria-current', String(other === item));
    showState(state, aggregate, id, version);
  };
  try {
    for await (const each of history(aggregate, id)) {
      if (!isStillShown()) return;
      const item = button(`${each.version} · ${each.type} · ${new Date(each.recorded_at).toLocaleString()}`, () => choose(item, each.version));
      versions.append(wrap('li', item));
      if (each.id === event.id) choose(item, each.version);
    }
  } catch (error) {
    if (isStillShown()) versions.append(text('li', error.message, 'quiet'));
  }
}

async function* history(aggregate, id) {
  const path = `/v1/streams/${encodeURIComponent(aggregate)}/${encodeURIComponent(id)}`;
  for (let cursor = ''; cursor !== null; ) {
    const page = await get(path, { limit: 200, cursor });
    yield* page.data;
    cursor = page.next_cursor;
  }
}

/** The state after an event; lines that it brought are marked. */
async function showState(target, aggregate, id, version) {
  target.dataset.version = version;
  const path = `/v1/streams/${encodeURIComponent(aggregate)}/${encodeURIComponent(id)}/state`;
  try {
    const earlier = version > 1 ? get(path, { at: version - 1 }) : Promise.resolve({ state: null });
    const [now, then] = await Promise.all([get(path, { at: version }), earlier]);
    if (target.dataset.version !== String(version)) return;
    const known = new Set(lines(then.state));
    target.replaceChildren(...lines(now.state).map((line) => text('span', line, known.has(line) ? 'line' : 'added')));
  } catch (error) {
    if (target.dataset.version === String(version)) target.textContent = error.message;
  }
}

function lines(value) {
  return JSON.stringify(value, null, 2).split('\n');
}

function title(words) {
  const header = document.createElement('header');
  header.append(text('h2', words), button('Close', back));
  return header;
}

function section(heading, items = [], otherwise = '') {
  const whole = document.createElement('section');
  whole.append(text('h3', heading));
  if (items.length) {
    const list = document.createElement('ul');
    list.className = 'links';
    list.append(...items.map((item) => wrap('li', item)));
    whole.append(list);
  } else if (otherwise) {
    whole.append(text('p', otherwise, 'quiet'));
  }
  return whole;
}

function json(value) {
  return value === null ? text('p', 'Its fields cannot be read.', 'quiet') : text('pre', JSON.stringify(value, null, 2));
}
