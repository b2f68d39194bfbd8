// The views of operators: asks for a token where there is none, and keeps up to date what is looked at.

import * as health from './health.js';
import * as operator from './operator.js';
import * as projections from './projections.js';
import * as relay from './relay.js';
import * as verify from './verify.js';
import * as work from './work.js';

const VIEWS = { projections, work, relay, verify, health };
const LOOK_EVERY_MS = 2000;

const at = (id) => document.getElementById(id);
let shown = null;
let timer = 0;

/** Shows one of the views; with nothing, none of them. */
export function show(name, tab) {
  shown = VIEWS[name] ?? null;
  at('operate').hidden = shown === null;
  if (tab) at('operate').setAttribute('aria-labelledby', tab.id);
  at('view').replaceChildren(...(shown?.parts ?? []));
  turn();
  look();
}

/** Either a token is asked for, or there is one and something to see. */
function turn() {
  const present = operator.present();
  at('operator').hidden = present !== null;
  at('operating').hidden = present === null;
  at('view').hidden = present === null;
  if (present) {
    const until = present.until.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    at('operator-who').textContent = `Operator ${present.name}, until ${until}`;
  }
}

async function look() {
  clearTimeout(timer);
  const mine = shown;
  if (mine === null || operator.present() === null) return;
  try {
    if (!document.hidden) await mine.load();
    say('operate-note', '');
  } catch (error) {
    if (operator.present()) say('operate-note', error.message);
  }
  if (mine === shown) timer = setTimeout(look, LOOK_EVERY_MS);
}

async function enter(submitted) {
  submitted.preventDefault();
  say('operator-note', '');
  try {
    await operator.enter(at('token').value.trim());
    at('token').value = '';
    turn();
    // Before anything is waited for: whoever goes on meanwhile keeps their place.
    at('operator-leave').focus();
    await look();
  } catch (error) {
    const words = { 401: 'That is no token of an operator, or its time is over.', 403: 'That is the token of a session.' };
    say('operator-note', words[error.status] ?? error.message);
  }
}

function say(id, words) {
  if (at(id).textContent !== words) at(id).textContent = words;
  at(id).hidden = words === '';
}

operator.onEnd((why) => {
  clearTimeout(timer);
  turn();
  say('operator-note', why);
  if (shown) at('token').focus();
});
at('operator').addEventListener('submit', enter);
at('operator-leave').addEventListener('click', () => operator.leave());
document.addEventListener('visibilitychange', look);
