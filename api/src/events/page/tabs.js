// The tabs: which view is shown. Arrows, Home and End move among them; the address says which one it is.

const tabs = [...document.querySelectorAll('#tabs [role="tab"]')];
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
let chosen = tabs[0];
let tell = () => {};

/** `onChoice` hears the name of the view that is to be shown. */
export function begin(onChoice) {
  tell = onChoice;
  for (const tab of tabs) tab.addEventListener('click', () => choose(tab));
  document.getElementById('tabs').addEventListener('keydown', onKey);
  window.addEventListener('hashchange', fromAddress);
  fromAddress();
}

function fromAddress() {
  choose(tabs.find((tab) => `#${nameOf(tab)}` === location.hash) ?? tabs[0]);
}

function choose(tab) {
  chosen = tab;
  for (const each of tabs) {
    each.setAttribute('aria-selected', String(each === tab));
    each.tabIndex = each === tab ? 0 : -1;
  }
  const place = `#${nameOf(tab)}`;
  if (location.hash !== place && (location.hash || tab !== tabs[0])) history.replaceState(null, '', place);
  document.title = `${tab.textContent} – Airtide`;
  tell(nameOf(tab), tab);
}

function onKey(pressed) {
  const at = tabs.indexOf(chosen);
  const places = { Home: 0, End: tabs.length - 1 };
  const to = pressed.key in STEPS ? (at + STEPS[pressed.key] + tabs.length) % tabs.length : places[pressed.key];
  if (to === undefined) return;
  pressed.preventDefault();
  pressed.stopPropagation();
  choose(tabs[to]);
  chosen.focus();
}

function nameOf(tab) {
  return tab.id.slice('tab-'.length);
}
