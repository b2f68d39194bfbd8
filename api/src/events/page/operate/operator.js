// Speaks with the API as an operator of the platform. The token stays in memory and goes when the page does, or with
// its end.

import { address, json, send } from '../client.js';

let operator = null;
let ending = 0;
let ended = () => {};

/** Hears why there is no operator any more. */
export function onEnd(listener) {
  ended = listener;
}

export function present() {
  return operator;
}

/** Tries a token, and keeps it if the API takes it. */
export async function enter(token) {
  await send(token, 'GET', '/v1/ops/alarms');
  const { sub: name, exp: seconds } = claims(token);
  const until = new Date(seconds * 1000);
  operator = { token, name, until };
  ending = setTimeout(() => leave('Your token has ended. Sign another.'), until - Date.now());
}

export function leave(why = '') {
  clearTimeout(ending);
  operator = null;
  ended(why);
}

export async function get(path, query = {}) {
  return (await ask('GET', address(`/v1/ops${path}`, query), {})).json();
}

/** What is begun by it: a job. */
export async function post(path, body) {
  return (await ask('POST', `/v1/ops${path}`, json(body))).json();
}

export async function remove(path) {
  await ask('DELETE', `/v1/ops${path}`, {});
}

async function ask(method, path, options) {
  const mine = operator;
  try {
    return await send(mine?.token, method, path, options);
  } catch (error) {
    if (error.status === 401 && operator === mine) leave('Your token is not good any more. Sign another.');
    throw error;
  }
}

/** What the token says of itself; whether that is so, the API has judged. */
function claims(token) {
  const middle = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
  return JSON.parse(atob(middle));
}
