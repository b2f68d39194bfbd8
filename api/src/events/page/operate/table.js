// A table that is brought up to date in place, so that whoever reads or stands in it is not thrown out.

import { text, wrap } from '../parts.js';

export class Table {
  #columns;
  #head = document.createElement('tr');
  #body = document.createElement('tbody');
  #none;
  #scroller;
  #rows = new Map();

  /** `columns`: names with what makes the cell of a row, as text or as an element. */
  constructor(caption, columns, otherwise) {
    this.#columns = columns;
    for (const name of Object.keys(columns)) {
      const cell = text('th', name);
      cell.scope = 'col';
      this.#head.append(cell);
    }
    const table = wrap('table', text('caption', caption), wrap('thead', this.#head), this.#body);
    this.#scroller = wrap('div', table);
    this.#scroller.className = 'scroller';
    // Wider than the window, it is moved by arrows.
    this.#scroller.tabIndex = 0;
    this.#scroller.setAttribute('role', 'region');
    this.#scroller.setAttribute('aria-label', caption);
    this.#none = text('p', otherwise, 'quiet');
    this.whole = wrap('div', this.#scroller, this.#none);
    this.show([]);
  }

  /** Rows in order; `keyOf` tells them apart. */
  show(rows, keyOf = (row) => row.name) {
    const left = new Set(this.#rows.keys());
    for (const row of rows) {
      const key = keyOf(row);
      left.delete(key);
      if (!this.#rows.has(key)) this.#rows.set(key, this.#made());
      const shown = this.#rows.get(key);
      Object.values(this.#columns).forEach((cellOf, at) => {
        put(shown.children[at], cellOf(row));
        this.#head.children[at].className = shown.children[at].className;
      });
    }
    for (const key of left) {
      this.#rows.get(key).remove();
      this.#rows.delete(key);
    }
    const wanted = rows.map((row) => this.#rows.get(keyOf(row)));
    wanted.forEach((row, at) => {
      if (this.#body.children[at] !== row) this.#body.insertBefore(row, this.#body.children[at] ?? null);
    });
    this.#none.hidden = rows.length > 0;
    this.#scroller.hidden = rows.length === 0;
  }

  #made() {
    return wrap('tr', ...Object.keys(this.#columns).map(() => document.createElement('td')));
  }
}

/** Leaves what is there already: a button that has the focus keeps it. */
function put(cell, content) {
  if (content instanceof Element) {
    if (content.dataset.same === undefined || cell.firstElementChild?.dataset.same !== content.dataset.same) {
      cell.replaceChildren(content);
    }
  } else if (cell.textContent !== String(content)) {
    cell.textContent = content;
  }
  cell.className = typeof content === 'number' ? 'number' : '';
}

/** A word with a colour; the word alone says it, too. */
export function chip(word, state) {
  const made = text('span', word, 'chip');
  made.dataset.state = state;
  made.dataset.same = `${word} ${state}`;
  return made;
}
