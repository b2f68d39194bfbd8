// Lists and single records.
'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');

const { ids, inYard, refused, seeded, values } = require('./yard');

const tasks = seeded.base('Tasks');
const open = { view: 'Open, longest first' };

describe('a list', () => {
    it('is walked over to its end', async () => {
        const all = await tasks.select().all();
        assert.equal(all.length, 260);
        assert.equal(new Set(ids(all)).size, 260);
        assert.deepEqual([all[0].get('Name'), all[259].get('Name')], ['Task 001', 'Task 260']);
    });

    it('comes page by page', inYard(async (yard) => {
        const sizes = [];
        await yard.base('Tasks').select({ pageSize: 10, maxRecords: 25 }).eachPage((page, next) => {
            sizes.push(page.length);
            next();
        });
        assert.deepEqual(sizes, [10, 10, 5]);
        assert.equal((await yard.requests('records.list')).length, 3);
    }));

    it('has a first page', async () => {
        assert.equal((await tasks.select().firstPage()).length, 100);
        assert.deepEqual(values(await tasks.select({ pageSize: 2 }).firstPage(), 'Name'), ['Task 001', 'Task 002']);
        assert.equal((await tasks.select({ maxRecords: 7 }).all()).length, 7);
    });

    it('is as old clients ask for it, too', async () => {
        const [page, offset] = await new Promise((resolve, reject) => {
            tasks.list(2, null, {}, (error, records, next) => (error ? reject(error) : resolve([records, next])));
        });
        assert.deepEqual(values(page, 'Name'), ['Task 001', 'Task 002']);
        assert.ok(offset);
    });

    it('comes in the order asked for', async () => {
        const hours = values(await tasks.select({ sort: [{ field: 'Hours', direction: 'desc' }] }).all(), 'Hours');
        assert.deepEqual(hours, [...hours].sort((a, b) => b - a));
        const both = await tasks.select({ sort: [{ field: 'Urgent' }, { field: 'Name', direction: 'desc' }] }).all();
        assert.deepEqual([both[0].get('Urgent'), both[259].get('Urgent')], [undefined, true]);
        assert.deepEqual([both[208].get('Name'), both[259].get('Name')], ['Task 260', 'Task 005']);
    });

    it('has the fields asked for and no others', async () => {
        for (const record of await tasks.select({ fields: ['Name', 'Hours'] }).all()) {
            assert.deepEqual(Object.keys(record.fields).sort(), ['Hours', 'Name']);
        }
    });

    it('is keyed by ids where it is asked for so', async () => {
        const [record] = await tasks.select({ fields: ['Hours'], maxRecords: 1, returnFieldsByFieldId: true }).all();
        assert.deepEqual(Object.keys(record.fields), ['fldTaskHours00000']);
    });

    it('follows a view', async () => {
        const seen = await tasks.select(open).all();
        const expected = (await tasks.select().all()).filter((record) => record.get('State') !== 'Done');
        expected.sort((a, b) => b.get('Hours') - a.get('Hours'));
        assert.ok(0 < expected.length && expected.length < 260);
        assert.deepEqual(ids(seen), ids(expected));
        const sorted = values(await tasks.select({ ...open, sort: [{ field: 'Name' }] }).all(), 'Name');
        assert.deepEqual(sorted, [...sorted].sort());
    });

    it('counts comments', async () => {
        const [record] = await tasks.select({ maxRecords: 1, recordMetadata: ['commentCount'] }).all();
        assert.equal(record.commentCount, 0);
    });

    it('is told as texts', async () => {
        const texts = { cellFormat: 'string', timeZone: 'Europe/Berlin', userLocale: 'en-gb' };
        const filter = { filterByFormula: "{Name}='Full'" };
        for (const method of ['get', 'post']) {
            const [full] = await seeded.base('Everything').select({ ...filter, ...texts, method }).all();
            assert.deepEqual([full.get('Moment'), full.get('Checked')], ['2026-07-02 00:05', 'checked']);
        }
        const withoutZone = { ...filter, cellFormat: 'string', userLocale: 'en-gb' };
        await refused(seeded.base('Everything').select(withoutZone).all(), 422, 'INVALID_REQUEST_UNKNOWN');
    });
});

describe('a formula', () => {
    const splits = [
        ["{State}='Done'", (record) => record.get('State') === 'Done'],
        ["State != 'Done'", (record) => record.get('State') !== 'Done'],
        ['AND({Urgent}, {Hours}>50)', (record) => record.get('Urgent') && record.get('Hours') > 50],
        [
            "OR({Hours}<3, FIND('Task 01', {Name}))",
            (record) => record.get('Hours') < 3 || record.get('Name').startsWith('Task 01'),
        ],
        ["NOT({Due}='')", (record) => record.get('Due') !== undefined],
        ["{Due}=''", (record) => record.get('Due') === undefined],
        ["{Project}='Rig'", (record) => record.get('Project')?.[0] === 'recProjRig0000000'],
        ["FIND('wet', ARRAYJOIN({Tags}))", (record) => record.get('Tags')?.includes('wet')],
    ];
    for (const [filterByFormula, isTrue] of splits) {
        it(`includes what it is true of and excludes the rest: ${filterByFormula}`, async () => {
            const all = await tasks.select().all();
            const expected = all.filter(isTrue);
            assert.ok(0 < expected.length && expected.length < all.length);
            assert.deepEqual(ids(await tasks.select({ filterByFormula }).all()), ids(expected));
        });
    }

    it('and a view both exclude', async () => {
        const states = values(await tasks.select({ ...open, filterByFormula: "{State}!='Now'" }).all(), 'State');
        assert.deepEqual([...new Set(states)], ['Later']);
    });

    it('that is none is refused', async () => {
        const faults = [
            ['AND(', 'Invalid formula. Please check your formula text.'],
            ['{Hors}=1', 'Unknown field names: hors'],
        ];
        for (const [filterByFormula, fault] of faults) {
            const text = `The formula for filtering records is invalid: ${fault}`;
            await refused(tasks.select({ filterByFormula }).all(), 422, 'INVALID_FILTER_BY_FORMULA', text);
        }
    });
});

describe('a list by post', () => {
    it('is the same', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const sort = [{ field: 'Name', direction: 'desc' }];
        const query = { filterByFormula: "{State}='Now'", sort, fields: ['Name'], pageSize: 30 };
        const expected = await table.select(query).all();
        const posted = await table.select({ ...query, method: 'post' }).all();
        assert.ok(posted.length > 60);
        assert.deepEqual(posted.map((one) => one._rawJson), expected.map((one) => one._rawJson));
        const methods = (await yard.requests('records.list')).map((entry) => entry.method);
        assert.deepEqual([...new Set(methods)], ['GET', 'POST']);
    }));

    it('is how a long one is asked for', inYard(async (yard) => {
        const table = yard.base('Tasks');
        const wanted = ids(await table.select().all()).slice(10, 130);
        const others = Array.from({ length: 380 }, (_, n) => `rec${String(n).padStart(14, '0')}`);
        const filterByFormula = `OR(${[...wanted, ...others].map((id) => `RECORD_ID()='${id}'`).join(', ')})`;
        assert.ok(filterByFormula.length > 15_000);
        assert.deepEqual(ids(await table.select({ filterByFormula }).all()).sort(), wanted.sort());
        const posts = (await yard.requests('records.list')).filter((entry) => entry.method === 'POST');
        assert.equal(posts.length, 2);
    }));
});

describe('a record', () => {
    it('is found by its id', async () => {
        const record = await tasks.find('recTask0000000010');
        assert.equal(record.id, 'recTask0000000010');
        assert.equal(record.get('Name'), 'Task 010');
    });

    it('has no empty cells', async () => {
        const bare = await seeded.base('Everything').find('recBare0000000000');
        for (const name of ['Checked', 'Number', 'Selects', 'Projects', 'Notes', 'Files']) {
            assert.equal(name in bare.fields, false, name);
        }
        const urgent = new Set(values(await tasks.select({ fields: ['Urgent'] }).all(), 'Urgent'));
        assert.deepEqual(urgent, new Set([undefined, true]));
    });

    it('is in a table whose name may have slashes, spaces and another case', async () => {
        for (const name of ['In/Out Log', 'in/out log', 'IN/OUT LOG', 'tblLog00000000000']) {
            assert.equal((await seeded.base(name).find('recLogPaint000000')).get('Amount/Total'), 3);
            assert.equal((await seeded.base(name).select().all()).length, 4);
        }
    });
});
