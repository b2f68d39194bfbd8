// What is refused, and what airtable.js makes of it.
'use strict';

const assert = require('node:assert/strict');
const { it } = require('node:test');

const { EVA, OTTO, inYard, refused, values, withKnobs } = require('./yard');

const NOWHERE = 'recNowhere0000000';

it('a token that is none is not let in', inYard(async (yard) => {
    const stranger = yard.with({ apiKey: 'patNobody000000000' });
    await refused(stranger('Tasks').select().firstPage(), 401, 'AUTHENTICATION_REQUIRED');
}));

it('a record that is not there is not found', inYard(async (yard) => {
    await refused(yard.base('Tasks').find(NOWHERE), 404, 'NOT_FOUND', 'Record not found');
    await refused(yard.base('Tasks').update(NOWHERE, { Hours: 1 }), 404, 'NOT_FOUND');
    await refused(yard.base('Tasks').destroy(NOWHERE), 404, 'NOT_FOUND');
}));

it('an address that leads nowhere is not found', inYard(async (yard) => {
    const nowhere = yard.base.makeRequest({ path: '/Tasks/a/b/c' });
    await refused(nowhere, 404, 'NOT_FOUND', 'Could not find what you are looking for');
}));

it('an unknown table may as well be a forbidden one', inYard(async (yard) => {
    await refused(yard.base('No such table').select().firstPage(), 403, 'NOT_AUTHORIZED');
    const strangers = await yard.of(OTTO);
    await refused(strangers('Tasks').select().firstPage(), 403, 'NOT_AUTHORIZED');
}));

it('who may only read writes nothing', inYard(async (yard) => {
    const reading = (await yard.of(EVA))('Tasks');
    const [first] = await reading.select({ maxRecords: 1 }).all();
    await refused(reading.create({ Name: 'No' }), 403, 'NOT_AUTHORIZED');
    await refused(reading.update(first.id, { Hours: 1 }), 403, 'NOT_AUTHORIZED');
    await refused(reading.destroy([first.id]), 403, 'NOT_AUTHORIZED');
    assert.deepEqual((await yard.base('Tasks').find(first.id)).fields, first.fields);
}));

it('what cannot be done is refused with its type and text', inYard(async (yard) => {
    const [tasks, everything] = [yard.base('Tasks'), yard.base('Everything')];
    const attempts = [
        [() => tasks.create({ Hors: 1 }), 'UNKNOWN_FIELD_NAME', 'Unknown field name: "Hors"'],
        [() => tasks.select({ fields: ['Hors'] }).firstPage(), 'UNKNOWN_FIELD_NAME', 'Unknown field name: "Hors"'],
        [() => tasks.create({ Hours: 'two' }), 'INVALID_VALUE_FOR_COLUMN', 'Field "Hours" cannot accept the provided value'],
        [
            () => everything.create({ Doubled: 2 }),
            'INVALID_VALUE_FOR_COLUMN',
            'Field "Doubled" cannot accept a value because the field is computed',
        ],
        [
            () => tasks.create({ State: 'Someday' }),
            'INVALID_MULTIPLE_CHOICE_OPTIONS',
            'Insufficient permissions to create new select option ""Someday""',
        ],
        [() => tasks.create({ Project: [NOWHERE] }), 'ROW_DOES_NOT_EXIST', `Record ID ${NOWHERE} does not exist in this table`],
        [() => tasks.select({ view: 'Closed' }).firstPage(), 'VIEW_NAME_NOT_FOUND'],
        [() => tasks.select({ pageSize: 101 }).firstPage(), 'INVALID_REQUEST_UNKNOWN'],
        [
            () => tasks.create(Array(11).fill({ fields: {} })),
            'INVALID_RECORDS',
            'A maximum of 10 records can be created per request but you have provided 11.',
        ],
        [
            () => tasks.destroy(Array.from({ length: 11 }, (_, n) => `recTask00000000${n + 10}`)),
            'INVALID_RECORDS',
            '"records" must be an array of up to 10 record IDs.',
        ],
    ];
    for (const [attempt, type, text] of attempts) await refused(attempt(), 422, type, text);
    assert.deepEqual(await yard.effects('record.created'), []);
    assert.deepEqual(await yard.effects('record.deleted'), []);
}));

it('too many requests are refused where nobody wants to wait', inYard(async (yard) => {
    const impatient = yard.with({ noRetryIfRateLimited: true })('Tasks');
    await withKnobs({ rate: { per_base: 0 } }, async () => {
        await refused(impatient.create({ Name: 'Never' }), 429, 'TOO_MANY_REQUESTS');
    });
    assert.deepEqual(await yard.effects('record.created'), []);
}));

it('airtable.js waits and asks again', inYard(async (yard) => {
    const tasks = yard.base('Tasks');
    await withKnobs({ rate: { per_base: 2 } }, async () => {
        const made = await Promise.all([1, 2, 3].map((n) => tasks.create({ Name: `New ${n}` })));
        assert.deepEqual(values(made, 'Name'), ['New 1', 'New 2', 'New 3']);
    });
    assert.equal((await yard.effects('record.created')).length, 3);
    const statuses = (await yard.requests('records.create')).map((entry) => entry.status);
    assert.ok(statuses.includes(429));
}));

it('a server that fails is told so', inYard(async (yard) => {
    const failing = (status) => ({ failures: [{ route: 'records.create', status, chance: 1 }] });
    for (const [status, type] of [[500, 'SERVER_ERROR'], [503, 'SERVICE_UNAVAILABLE'], [502, 'UNEXPECTED_ERROR']]) {
        await withKnobs(failing(status), () => refused(yard.base('Tasks').create({ Name: 'Never' }), status, type));
    }
    assert.deepEqual(await yard.effects('record.created'), []);
}));
