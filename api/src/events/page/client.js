// Speaks with the API: signs in, asks, follows. The token stays in memory and goes when the page does.

const RENEW_BEFORE_MS = 60_000;
const RENEW_AGAIN_MS = 10_000;

let session = null;
let renewal = 0;

/** Why the API did not do what it was asked. */
export class Refused extends Error {
  constructor(status, problem) {
    const fields = (problem.errors ?? []).map((error) => `${error.pointer.slice(1)}: ${error.message}`);
    super([problem.detail ?? problem.title ?? `Status ${status}`, ...fields].join(' '));
    this.status = status;
  }
}

export async function signIn(identifier, password) {
  keep(await ask('POST', '/auth/login', { identifier, password }));
  return session;
}

/** Forgets who is signed in, and tells the API so if it can. */
export function signOut() {
  clearTimeout(renewal);
  if (session !== null) ask('POST', '/auth/logout').catch(() => {});
  session = null;
}

/** An answer; `knownTo` says up to where in the log it knows. */
export function get(path, query = {}) {
  return ask('GET', address(path, query));
}

/** What the stream sends, frame by frame, until it ends. */
export async function* frames(query, after, signal) {
  const headers = after ? { 'Last-Event-ID': after } : {};
  const answer = await call('GET', address('/v1/events/stream', query), { headers, signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const whole = (text + part.value).split('\n\n');
    text = whole.pop();
    yield* whole.map(frame).filter((frame) => frame.event);
  }
}

function frame(text) {
  const found = {};
  for (const line of text.split('\n')) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name) found[name] = value;
  }
  return found;
}

function keep(answer) {
  const { access_token: token, tenant, user, role, expires_in: seconds } = answer;
  session = { token, tenant, user, role };
  clearTimeout(renewal);
  renewal = setTimeout(renew, Math.max(seconds * 1000 - RENEW_BEFORE_MS, RENEW_AGAIN_MS));
}

/** A token of the same session, before the old one expires. Whoever is refused here is refused everywhere. */
async function renew() {
  const mine = session;
  try {
    const answer = await ask('POST', '/auth/tenant', { tenant: mine.tenant });
    if (session === mine) keep(answer);
  } catch {
    if (session === mine) renewal = setTimeout(renew, RENEW_AGAIN_MS);
  }
}

async function ask(method, path, body) {
  const answer = await call(method, path, json(body));
  if (answer.status === 204) return null;
  return { ...(await answer.json()), knownTo: answer.headers.get('Airtide-Position') };
}

/** What is sent with a request that has a body. */
export function json(body) {
  return body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {};
}

function call(method, path, options) {
  return send(session?.token, method, path, options);
}

/** An answer that is no refusal, to whoever a token speaks for. */
export async function send(token, method, path, { headers = {}, ...options } = {}) {
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method, headers, cache: 'no-store', credentials: 'omit', ...options });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, problem);
}

export function address(path, query) {
  const set = Object.entries(query).filter(([, value]) => value !== '' && value != null);
  return set.length ? `${path}?${new URLSearchParams(set)}` : path;
}
