// How far the broker has the log, and who reads it there.

import { get } from './operator.js';
import { Table, chip } from './table.js';
import { facts, wrap } from '../parts.js';

const WORDS = {
  off: ['No broker: everybody reads from the database', 'quiet'],
  unreachable: ['The broker cannot be reached', 'away'],
  not_begun: ['Nothing was relayed yet', 'away'],
  no_stream: ['The stream is not there', 'away'],
  no_copy: ['The stream holds what the log does not', 'away'],
  copy: ['The stream is a copy of the log', 'live'],
};

const about = wrap('div');
const consumers = new Table(
  'Consumers of the stream',
  {
    Name: (row) => row.name,
    'Delivered up to': (row) => row.delivered,
    Behind: (row) => row.behind,
    Since: (row) => new Date(row.created_at).toLocaleString(),
  },
  'Nobody reads the stream, or the broker does not let this process see who does.',
);

export const parts = [about, consumers.whole];

export async function load() {
  const { state, detail, head, incarnation, stream } = await get('/relay');
  const holds = stream?.holds;
  const shown = { State: chip(...WORDS[state]), Head: String(head), Incarnation: incarnation };
  if (detail) shown.Why = detail;
  if (stream) Object.assign(shown, { Stream: stream.name, Generation: String(stream.generation) });
  if (holds) {
    Object.assign(shown, {
      'Published up to': `${holds.published}, ${holds.lag} behind`,
      Holds: `${holds.messages} events from position ${holds.oldest} on, ${holds.bytes} bytes`,
    });
  }
  about.replaceChildren(facts(shown));
  consumers.show(holds?.consumers ?? []);
}
