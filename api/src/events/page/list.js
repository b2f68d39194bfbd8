// The list of events, newest first: which of them are shown, and which one is chosen.

/** Older ones leave the page; they can be fetched again. */
const SHOWN_MAX = 2000;

const list = document.getElementById('list');
const none = document.getElementById('none');
const events = new Map();
let wanted = '';
let chosen = null;
/** What workspaces are called. */
export const names = new Map();

/** Puts newer events on top; each is listed once. */
export function addNewer(newer) {
  for (const event of newer) if (!events.has(event.id)) list.prepend(row(event, true));
  while (list.children.length > SHOWN_MAX) forget(list.lastElementChild);
  tellNone();
}

/** Puts older events below. */
export function addOlder(older) {
  for (const event of older) if (!events.has(event.id)) list.append(row(event, false));
  tellNone();
}

/** Whether older events may have left the page. */
export function isFull() {
  return list.children.length >= SHOWN_MAX;
}

export function clear() {
  events.clear();
  list.replaceChildren();
  choose(null);
  tellNone();
}

export function oldest() {
  return events.get(list.lastElementChild?.dataset.id)?.position ?? null;
}

/** Shows only what holds a text. Nothing leaves the list for that. */
export function showOnly(text) {
  wanted = text.trim().toLowerCase();
  for (const item of list.children) item.hidden = !fits(events.get(item.dataset.id));
  if (chosen?.hidden) choose(null);
  tellNone();
}

export function chosenEvent() {
  return chosen ? events.get(chosen.dataset.id) : null;
}

export function choose(item) {
  chosen?.setAttribute('aria-selected', 'false');
  chosen = item;
  if (item === null) {
    list.removeAttribute('aria-activedescendant');
    return;
  }
  item.setAttribute('aria-selected', 'true');
  list.setAttribute('aria-activedescendant', item.id);
  item.scrollIntoView({ block: 'nearest' });
}

/** Moves the choice; the ends of the list hold it. */
export function move(step) {
  const items = [...list.children].filter((item) => !item.hidden);
  if (items.length === 0) return;
  const at = items.indexOf(chosen);
  const to = at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(Math.max(at + step, 0), items.length - 1);
  choose(items[to]);
}

function fits(event) {
  return wanted === '' || JSON.stringify(event).toLowerCase().includes(wanted);
}

function row(event, isFresh) {
  events.set(event.id, event);
  const item = document.createElement('li');
  item.id = `event-${event.id}`;
  item.dataset.id = event.id;
  item.setAttribute('role', 'option');
  item.setAttribute('aria-selected', 'false');
  item.classList.toggle('fresh', isFresh);
  item.hidden = !fits(event);
  const time = part('time', clock(event.recorded_at));
  time.dateTime = event.recorded_at;
  const summary = event.data === null ? 'not readable' : JSON.stringify(event.data);
  item.append(
    time,
    part('span', event.type, 'type'),
    part('span', names.get(event.workspace) ?? event.workspace ?? '', 'where'),
    part('span', summary, 'summary'),
  );
  return item;
}

function part(name, text, style = '') {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = style;
  return element;
}

function clock(text) {
  const time = new Date(text);
  const isToday = time.toDateString() === new Date().toDateString();
  const options = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false };
  return isToday ? time.toLocaleTimeString([], options) : time.toLocaleDateString([], { ...options, month: 'short', day: 'numeric' });
}

function forget(item) {
  if (item === chosen) choose(null);
  events.delete(item.dataset.id);
  item.remove();
}

function tellNone() {
  const isAnyShown = [...list.children].some((item) => !item.hidden);
  none.hidden = isAnyShown;
  none.textContent = events.size ? 'Nothing here holds this text.' : 'Nothing yet. What happens shows up here.';
}
