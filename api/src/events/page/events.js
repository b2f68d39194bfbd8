// The page of events: puts sign-in, filters, list, detail and the live end together, and listens to keys.

import { get, signIn, signOut } from './client.js';
import * as detail from './detail.js';
import * as list from './list.js';
import * as operate from './operate/operate.js';
import * as tabs from './tabs.js';
import { Tail } from './tail.js';

const PAGE = 100;
/** Typing is over when nothing came for so long. */
const TYPED_MS = 300;
const STATES = { connecting: 'Connecting…', live: 'Live', away: 'Away. Trying again…' };

const at = (id) => document.getElementById(id);
const filters = { type: at('type'), aggregate: at('aggregate'), workspace: at('workspace') };
let cursor = null;
let load = 0;

const tail = new Tail({
  events: addNewer,
  state: showState,
  reset: reload,
  refused: (error) => (error.status === 401 ? leave('Your session has ended. Sign in again.') : note(error.message)),
});

function query() {
  return Object.fromEntries(Object.entries(filters).map(([name, field]) => [name, field.value.trim()]));
}

/** The newest events that fit the filters, and from there on the live end. */
async function reload() {
  const mine = ++load;
  tail.stop();
  note('');
  try {
    const page = await get('/v1/events', { ...query(), before: 'now', limit: PAGE });
    if (mine !== load) return;
    list.clear();
    detail.close();
    addOlder(page);
    tail.start(query(), page.knownTo);
  } catch (error) {
    if (mine === load) refused(error);
  }
}

function addNewer(events) {
  know(events, true);
  list.addNewer(events);
  if (list.isFull()) at('older').hidden = false;
}

function addOlder(page) {
  know(page.data);
  list.addOlder(page.data);
  cursor = page.next_cursor;
  at('older').hidden = cursor === null;
}

async function older() {
  const mine = load;
  try {
    const from = list.oldest();
    const page = await get('/v1/events', { ...query(), ...(from ? { before: from } : { cursor }), limit: PAGE });
    if (mine === load) addOlder(page);
  } catch (error) {
    refused(error);
  }
}

/** Offers what was seen in the filters. */
function know(events, isNewer = false) {
  for (const event of events) {
    offer(at('types'), event.type);
    offer(filters.aggregate, event.aggregate);
    if (event.aggregate === 'workspace' && event.data?.name) nameWorkspace(event.stream_id, event.data.name, isNewer);
  }
}

function offer(field, value, name = value) {
  const options = [...field.querySelectorAll('option')];
  const known = options.find((option) => option.value === value);
  if (known) {
    known.textContent = name;
    return;
  }
  const option = document.createElement('option');
  option.value = value;
  option.textContent = name;
  const next = options.slice(1).find((other) => other.textContent > name);
  field.insertBefore(option, next ?? null);
}

/** An older name must not cover a newer one, and events come from either end. */
function nameWorkspace(id, name, isNewer = false) {
  if (list.names.has(id) && !isNewer) return;
  list.names.set(id, name);
  offer(filters.workspace, id, name);
}

async function nameWorkspaces() {
  for (let next = ''; next !== null; ) {
    const page = await get('/v1/workspaces', { limit: 200, cursor: next });
    for (const workspace of page.data) nameWorkspace(workspace.id, workspace.name);
    next = page.next_cursor;
  }
}

function showState(state, waiting, isMore) {
  const chip = at('state');
  chip.dataset.state = state;
  const words = state === 'paused' ? `Paused, ${waiting}${isMore ? ' or more' : ''} waiting` : STATES[state];
  if (chip.textContent !== words) chip.textContent = words;
  at('pause').setAttribute('aria-pressed', String(tail.isPaused));
  at('pause').textContent = tail.isPaused ? 'Go on' : 'Pause';
}

function note(words) {
  at('note').textContent = words;
  at('note').hidden = words === '';
}

function refused(error) {
  if (error.status === 401) leave('Your session has ended. Sign in again.');
  else note(error.message);
}

function togglePause() {
  if (tail.isPaused) tail.goOn();
  else tail.pause();
}

async function enter(submitted) {
  submitted.preventDefault();
  say('');
  try {
    const { user, role } = await signIn(at('identifier').value, at('password').value);
    at('password').value = '';
    at('who').textContent = `${user.name ?? user.username ?? user.email} · ${role}`;
    turnTo(true);
    await nameWorkspaces();
    await reload();
    at('list').focus();
  } catch (error) {
    say(error.message);
  }
}

function leave(words = '') {
  load += 1;
  tail.stop();
  signOut();
  list.clear();
  detail.close();
  list.names.clear();
  for (const field of [filters.workspace, filters.aggregate]) field.replaceChildren(field.firstElementChild);
  at('types').replaceChildren();
  at('who').textContent = '';
  turnTo(false);
  say(words);
  at('identifier').focus();
}

function say(words) {
  at('sign-in-note').textContent = words;
  at('sign-in-note').hidden = words === '';
}

function turnTo(isSignedIn) {
  at('sign-in').hidden = isSignedIn;
  for (const id of ['work', 'state', 'sign-out']) at(id).hidden = !isSignedIn;
}

function openChosen() {
  const event = list.chosenEvent();
  if (event) detail.open(event);
}

function goBack() {
  detail.back();
  if (!detail.isOpen()) at('list').focus();
}

const MOVES = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };

function onKey(pressed) {
  const isAway = at('work').hidden || at('panel-events').hidden;
  if (isAway || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return;
  const { target, key } = pressed;
  const isTyping = target.matches('input, select, textarea');
  const isInList = target === at('list');
  if (key === 'Escape') {
    if (isTyping) target.blur();
    else goBack();
  } else if (isTyping) return;
  else if (key === '/') at('text').focus();
  else if (key === ' ' && !target.matches('button, a')) togglePause();
  else if (key in MOVES && (isInList || target === document.body)) list.move(MOVES[key]);
  else if (key === 'Enter' && isInList) openChosen();
  else return;
  pressed.preventDefault();
}

function after(wait, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}

at('sign-in').addEventListener('submit', enter);
at('sign-out').addEventListener('click', () => leave());
at('pause').addEventListener('click', togglePause);
at('older').addEventListener('click', older);
at('filters').addEventListener('submit', (submitted) => submitted.preventDefault());
at('text').addEventListener('input', () => list.showOnly(at('text').value));
for (const field of Object.values(filters)) field.addEventListener('change', reload);
filters.type.addEventListener('input', after(TYPED_MS, () => filters.type.value === '' && reload()));
at('list').addEventListener('click', (clicked) => {
  const item = clicked.target.closest('li');
  if (!item) return;
  list.choose(item);
  openChosen();
});
document.addEventListener('keydown', onKey);
tabs.begin((name, tab) => {
  at('panel-events').hidden = name !== 'events';
  operate.show(name, tab);
});
