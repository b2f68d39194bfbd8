// A base of its own for each test, a copy of the seed's, and the stand-in's side door.
'use strict';

const { randomBytes } = require('node:crypto');
const assert = require('node:assert/strict');

const Airtable = require('airtable');

const url = process.env.AIRTABLE_URL;
const seed = process.env.AIRTABLE_BASE;
const token = process.env.AIRTABLE_TOKEN;

const EVA = 'usrEva00000000000'; // may read
const OTTO = 'usrOtto0000000000'; // may nothing

async function sim(method, path, body) {
    const response = await fetch(`${url}/_sim/${path}`, { method, body: body && JSON.stringify(body) });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return response.json();
}

function baseWith(apiKey, id, options = {}) {
    return new Airtable({ apiKey, endpointUrl: url, ...options }).base(id);
}

class Yard {
    constructor(id) {
        this.id = id;
        this.base = baseWith(token, id);
    }

    with(options) {
        return baseWith(options.apiKey ?? token, this.id, options);
    }

    async of(user, limits = {}) {
        const apiKey = `pat${randomBytes(7).toString('hex')}.${randomBytes(32).toString('hex')}`;
        await sim('POST', 'tokens', { token: apiKey, user, ...limits });
        return this.with({ apiKey });
    }

    /** What the journal holds of requests of a kind. */
    async requests(route) {
        const { entries } = await sim('GET', `journal?base=${this.id}`);
        return entries.filter((entry) => entry.route === route);
    }

    /** The ids of what was changed so, in order. */
    async effects(what) {
        const { entries } = await sim('GET', `journal?base=${this.id}`);
        const changed = entries.flatMap((entry) => entry.effects);
        return changed.filter((effect) => effect.what === what).map((effect) => effect.id);
    }
}

/** The seed's base, for tests that only read. */
const seeded = new Yard(seed);

/** A test with a base to write to. */
function inYard(run) {
    return async () => {
        const { base_id: id } = await sim('POST', `bases/${seed}/copy`, {});
        try {
            await run(new Yard(id));
        } finally {
            await sim('DELETE', `bases/${id}`);
        }
    };
}

async function withKnobs(knobs, run) {
    await sim('PATCH', 'knobs', knobs);
    try {
        return await run();
    } finally {
        await sim('DELETE', 'knobs');
    }
}

/** Refused with this status, and what airtable.js makes of the error. */
async function refused(promise, statusCode, error, message) {
    const caught = await promise.then(() => assert.fail('it was not refused'), (reason) => reason);
    assert.deepEqual([caught.statusCode, caught.error], [statusCode, error], String(caught));
    if (message !== undefined) assert.equal(caught.message, message);
}

const ids = (records) => records.map((record) => record.id);
const values = (records, name) => records.map((record) => record.get(name));

module.exports = { EVA, OTTO, ids, inYard, refused, seeded, values, withKnobs };
