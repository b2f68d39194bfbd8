// Making, changing and deleting records.
'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');

const { ids, inYard, refused, values } = require('./yard');

const VARNISH = { Name: 'Varnish', Hours: 2.5, State: 'Now', Tags: ['wet', 'dusty'], Urgent: true, Due: '2026-05-06' };

describe('creating', () => {
    it('makes one record, which reads back as it was made', inYard(async (yard) => {
        const made = await yard.base('Tasks').create(VARNISH);
        assert.deepEqual(made.fields, VARNISH);
        assert.deepEqual((await yard.base('Tasks').find(made.id))._rawJson, made._rawJson);
        assert.deepEqual(await yard.effects('record.created'), [made.id]);
    }));

    it('makes ten at once, in order', inYard(async (yard) => {
        const rows = Array.from({ length: 10 }, (_, n) => ({ fields: { Name: `New ${n}` } }));
        const made = await yard.base('Tasks').create(rows);
        assert.deepEqual(values(made, 'Name'), rows.map((row) => row.fields.Name));
        assert.deepEqual(await yard.effects('record.created'), ids(made));
    }));

    it('leaves empty cells out', inYard(async (yard) => {
        const empty = { Name: '', Hours: null, Tags: [], Urgent: false, Project: [] };
        const made = await yard.base('Tasks').create(empty);
        assert.deepEqual(made.fields, {});
    }));

    it('works in a table with a slash and spaces in its name', inYard(async (yard) => {
        const made = await yard.base('in/out log').create({ What: 'Tar', 'Amount/Total': 4 });
        assert.deepEqual((await yard.base('In/Out Log').find(made.id)).fields, { What: 'Tar', 'Amount/Total': 4 });
    }));

    it('understands more with typecast', inYard(async (yard) => {
        const typed = { Name: 'Cast', Hours: '3.5', State: 'Someday', Urgent: 'true' };
        const text = 'Field "Hours" cannot accept the provided value';
        await refused(yard.base('Tasks').create(typed), 422, 'INVALID_VALUE_FOR_COLUMN', text);
        const made = await yard.base('Tasks').create(typed, { typecast: true });
        assert.deepEqual(made.fields, { Name: 'Cast', Hours: 3.5, State: 'Someday', Urgent: true });
        const [again] = await yard.base('Tasks').create([{ fields: { Hours: '4' } }], { typecast: true });
        assert.deepEqual(again.fields, { Hours: 4 });
    }));
});

describe('changing', () => {
    it('leaves alone what it does not name', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const made = await table.create(VARNISH);
        const updated = await table.update(made.id, { Hours: 3, Urgent: null });
        const { Urgent, ...expected } = { ...VARNISH, Hours: 3 };
        assert.deepEqual(updated.fields, expected);
        assert.deepEqual((await table.find(made.id)).fields, expected);
    }));

    it('clears what it does not name when it replaces', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const made = await table.create(VARNISH);
        assert.deepEqual((await table.replace(made.id, { Name: 'Tar' })).fields, { Name: 'Tar' });
    }));

    it('takes several at once', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const three = await table.select({ maxRecords: 3 }).all();
        const updated = await table.update(three.map(({ id }, n) => ({ id, fields: { Hours: n } })));
        assert.deepEqual([ids(updated), values(updated, 'Hours')], [ids(three), [0, 1, 2]]);
        assert.deepEqual(values(updated, 'State'), values(three, 'State'));
        const replaced = await table.replace(three.map(({ id }) => ({ id, fields: { Name: 'Same' } })));
        assert.deepEqual(replaced.map((record) => record.fields), Array(3).fill({ Name: 'Same' }));
    }));

    it('changes nothing when one of several is wrong', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const [first, second] = await table.select({ maxRecords: 2 }).all();
        const rows = [{ id: first.id, fields: { Hours: 1 } }, { id: second.id, fields: { Hors: 1 } }];
        await refused(table.update(rows), 422, 'UNKNOWN_FIELD_NAME', 'Unknown field name: "Hors"');
        assert.deepEqual((await table.find(first.id)).fields, first.fields);
        assert.deepEqual(await yard.effects('record.updated'), []);
    }));

    it('is what a record does of itself', inYard(async (yard) => {
        const record = await yard.base('Tasks').create(VARNISH);
        await record.patchUpdate({ Hours: 9 });
        assert.equal(record.get('Hours'), 9);
        record.set('Name', 'Saved');
        await record.save();
        assert.deepEqual(record.fields, { ...VARNISH, Hours: 9, Name: 'Saved' });
        await record.fetch();
        assert.equal(record.get('Name'), 'Saved');
        await record.destroy();
        assert.deepEqual(await yard.effects('record.deleted'), [record.id]);
    }));
});

describe('upserting', () => {
    const onWhat = { performUpsert: { fieldsToMergeOn: ['What'] } };

    it('updates what is there and creates what is not', inYard(async (yard) => {
        const table = yard.base('In/Out Log');
        const rows = [{ fields: { What: 'Paint', 'Amount/Total': 4 } }, { fields: { What: 'Nails', 'Amount/Total': 100 } }];
        const [paint, nails] = await table.update(rows, onWhat);
        assert.deepEqual(paint.fields, { What: 'Paint', 'Amount/Total': 4, Kind: 'In' });
        assert.deepEqual(nails.fields, { What: 'Nails', 'Amount/Total': 100 });
        assert.deepEqual(await yard.effects('record.created'), [nails.id]);
        assert.deepEqual(await yard.effects('record.updated'), [paint.id]);
        assert.equal((await table.select().all()).length, 5);
    }));

    it('refuses what matches more than one', inYard(async (yard) => {
        const table = yard.base('In/Out Log');
        await refused(table.update([{ fields: { What: 'Rope' } }], onWhat), 422, 'INVALID_REQUEST_UNKNOWN');
        assert.deepEqual(await yard.effects('record.updated'), []);
    }));

    it('clears what it does not name when it replaces', inYard(async (yard) => {
        const [paint] = await yard.base('In/Out Log').replace([{ fields: { What: 'Paint' } }], onWhat);
        assert.deepEqual(paint.fields, { What: 'Paint' });
    }));
});

describe('deleting', () => {
    it('deletes one', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const made = await table.create(VARNISH);
        assert.equal((await table.destroy(made.id)).id, made.id);
        assert.deepEqual(await yard.effects('record.deleted'), [made.id]);
        await refused(table.find(made.id), 404, 'NOT_FOUND', 'Record not found');
    }));

    it('deletes ten at once', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const doomed = ids(await table.select({ maxRecords: 10 }).all());
        assert.deepEqual(ids(await table.destroy(doomed)), doomed);
        assert.deepEqual(await yard.effects('record.deleted'), doomed);
        assert.equal((await table.select().all()).length, 250);
    }));
});
