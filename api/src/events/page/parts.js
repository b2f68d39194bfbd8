// Pieces that every view is made of.

export function text(name, words, style = '') {
  const made = document.createElement(name);
  made.textContent = words;
  made.className = style;
  return made;
}

export function wrap(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

export function button(words, onClick) {
  const made = text('button', words);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** Names with what stands for each. */
export function facts(shown) {
  const list = document.createElement('dl');
  for (const [name, value] of Object.entries(shown)) {
    const said = document.createElement('dd');
    said.append(value);
    list.append(text('dt', name), said);
  }
  return list;
}

/** A field with its label. */
export function field(id, words, attributes = {}) {
  const input = document.createElement('input');
  input.id = id;
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  const label = text('label', words);
  label.htmlFor = id;
  return { input, whole: wrap('div', label, input) };
}
