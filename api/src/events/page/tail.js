// The live end: events as they come, held back while paused, and none of them lost on the way.

import { Refused, frames } from './client.js';

/** Held back beyond this, events are left where they are, and fetched when the tail goes on. */
const WAITING_MAX = 1000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

export class Tail {
  #query = {};
  #at = '';
  #waiting = [];
  #isPaused = false;
  #state = 'connecting';
  #stream = null;
  #on;

  /** `on` has `events(list)`, `state(name, waiting, isMore)`, `reset()` and `refused(error)`. */
  constructor(on) {
    this.#on = on;
  }

  get isPaused() {
    return this.#isPaused;
  }

  /** Follows from a position on, and forgets what was followed before. */
  start(query, after) {
    this.stop();
    this.#query = query;
    this.#at = after;
    this.#run();
  }

  stop() {
    this.#stream?.abort();
    this.#stream = null;
    this.#waiting = [];
  }

  pause() {
    this.#isPaused = true;
    this.#tell(this.#state);
  }

  goOn() {
    this.#isPaused = false;
    const held = this.#waiting;
    this.#waiting = [];
    if (held.length) this.#on.events(held);
    if (this.#stream === null && this.#at) this.#run();
    else this.#tell(this.#state);
  }

  async #run() {
    const stream = new AbortController();
    this.#stream = stream;
    let pause = FIRST_PAUSE_MS;
    while (this.#stream === stream) {
      this.#tell('connecting');
      try {
        for await (const frame of frames(this.#query, this.#at, stream.signal)) {
          if (this.#stream !== stream) return;
          pause = FIRST_PAUSE_MS;
          this.#take(frame);
        }
      } catch (error) {
        if (this.#stream !== stream) return;
        if (error instanceof Refused && error.status < 500 && error.status !== 429) {
          this.stop();
          return this.#on.refused(error);
        }
      }
      if (this.#stream !== stream) return;
      this.#tell('away');
      await new Promise((done) => setTimeout(done, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
  }

  #take({ id, event, data }) {
    if (id) this.#at = id;
    switch (event) {
      case 'watermark':
        return this.#tell('live');
      case 'end':
        // Whether that was for good, the next attempt shows.
        return undefined;
      case 'reset':
        return this.#on.reset();
      default:
        return this.#hold(JSON.parse(data));
    }
  }

  #hold(event) {
    if (!this.#isPaused) {
      this.#on.events([event]);
      return;
    }
    this.#waiting.push(event);
    if (this.#waiting.length >= WAITING_MAX) {
      this.#stream?.abort();
      this.#stream = null;
    }
    this.#tell(this.#state);
  }

  #tell(state) {
    this.#state = state;
    const name = this.#isPaused ? 'paused' : state;
    this.#on.state(name, this.#waiting.length, this.#isPaused && this.#stream === null);
  }
}
