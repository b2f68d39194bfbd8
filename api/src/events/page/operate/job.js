// A job of the API, followed until it ends.

import { get } from './operator.js';
import { text, wrap } from '../parts.js';

const LOOK_EVERY_MS = 500;

export class Job {
  #bar = document.createElement('progress');
  #said = text('p', '', 'quiet');
  #turn = 0;

  constructor(name) {
    this.#bar.setAttribute('aria-label', `Progress of ${name}`);
    this.#said.setAttribute('role', 'status');
    this.whole = wrap('div', this.#bar, this.#said);
    this.whole.className = 'job';
    this.whole.hidden = true;
  }

  /** Says what became of it; nothing when it is not followed any more. */
  async follow(job) {
    const mine = ++this.#turn;
    this.whole.hidden = false;
    for (let seen = job; ; seen = await get(`/jobs/${seen.id}`)) {
      if (mine !== this.#turn) return null;
      this.#show(seen);
      if (seen.state !== 'running') return seen;
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  leave() {
    this.#turn += 1;
    this.whole.hidden = true;
  }

  #show({ state, progress, detail }) {
    this.#bar.hidden = state !== 'running';
    if (progress) {
      this.#bar.max = Math.max(progress.total, 1);
      this.#bar.value = progress.done;
    } else {
      this.#bar.removeAttribute('value');
    }
    const words = { running: said(progress), done: `Done. ${said(progress)}`, failed: `Failed: ${detail}` }[state];
    if (this.#said.textContent !== words) this.#said.textContent = words;
  }
}

function said(progress) {
  if (!progress) return 'Under way.';
  const { things, done, total, per_second: rate, seconds_left: left } = progress;
  const rest = done < total && left !== null ? `, about ${Math.ceil(left)} s to go` : '';
  return `${done} of ${total} ${things}, ${Math.round(rate)} a second${rest}.`;
}
