import { Database } from '@nocobase/database';
import wecomFailures from '../../collections/wecom-failures';
import { type NotedFailure, RecentFailures } from '../recent-failures';

let db: Database;
const complaints: unknown[] = [];
const open = () => new RecentFailures(db, (error) => complaints.push(error));

beforeEach(async () => {
  db = new Database({ dialect: 'sqlite', storage: ':memory:', logging: false });
  db.collection(wecomFailures);
  db.collection({ name: 'authenticators', fields: [{ name: 'name', type: 'string' }] });
  await db.sync();
  await db.getModel('authenticators').bulkCreate([{ name: 'wecom' }, { name: 'another' }]);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await db.close();
  expect(complaints.splice(0)).toEqual([]);
});

const failure = (changes: Partial<NotedFailure> = {}): NotedFailure => ({
  authenticator: 'wecom',
  reason: 'unavailable',
  reference: '00000000',
  facts: { errcode: -1 },
  ...changes,
});

test('failures of one kind share a row, with the latest reference numbers first', async () => {
  const recent = open();
  for (let number = 1; number <= 7; number += 1) recent.note(failure({ reference: `0000000${number}` }));
  await recent.flush();
  recent.note(failure({ reference: '00000008', facts: { errcode: -1, hint: 'new' } }));
  recent.note(failure({ facts: { errcode: 6000 } }));
  recent.note(failure({ authenticator: 'another' }));
  const list = await recent.list('wecom');
  expect(list).toHaveLength(2);
  expect(list.find(({ facts }) => facts.errcode === -1)).toMatchObject({
    code: 'WECOM_UNAVAILABLE',
    count: 8,
    references: ['00000008', '00000007', '00000006', '00000005', '00000004'],
    facts: { hint: 'new' },
  });
});

test('two processes that write at once count everything', async () => {
  const [here, there] = [open(), open()];
  for (let round = 0; round < 5; round += 1) {
    for (const recent of [here, there, here]) recent.note(failure());
    await Promise.all([here.flush(), there.flush()]);
  }
  expect(await there.list('wecom')).toMatchObject([{ count: 15 }]);
});

test('a row that another process changed between reading and writing is read again', async () => {
  const recent = open();
  recent.note(failure());
  await recent.flush();
  const model = db.getModel('wecomFailures');
  const find = model.findByPk.bind(model);
  jest.spyOn(model, 'findByPk').mockImplementationOnce(async (key) => {
    const found = await find(key);
    await model.update({ count: 100 }, { where: {} });
    return found;
  });
  recent.note(failure());
  expect(await recent.list('wecom')).toMatchObject([{ count: 101 }]);
});

test('the latest fifty stay', async () => {
  const recent = open();
  const clock = jest.spyOn(Date, 'now');
  for (let errcode = 1; errcode <= 60; errcode += 1) {
    clock.mockReturnValue(Date.UTC(2026, 10, 22) + errcode);
    recent.note(failure({ facts: { errcode } }));
  }
  clock.mockRestore();
  const errcodes = (await recent.list('wecom')).map(({ facts }) => facts.errcode);
  expect(errcodes).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
  expect(await db.getModel('wecomFailures').count()).toBe(50);
});

test('a list is cleared for one authenticator, also of what waits; a deleted authenticator gets no new rows', async () => {
  const recent = open();
  for (const authenticator of ['wecom', 'another', 'deleted']) recent.note(failure({ authenticator }));
  await recent.flush();
  expect(await recent.list('deleted')).toEqual([]);
  recent.note(failure());
  await recent.clear('wecom');
  expect(await recent.list('wecom')).toEqual([]);
  expect(await recent.list('another')).toHaveLength(1);
});

test('a flood waits to be written together', async () => {
  const recent = open();
  recent.note(failure());
  await recent.flush();
  const update = jest.spyOn(db.getModel('wecomFailures'), 'update');
  for (let number = 0; number < 1_000; number += 1) {
    recent.note(failure());
    if (number % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(update).not.toHaveBeenCalled();
  expect(await recent.list('wecom')).toMatchObject([{ count: 1_001 }]);
  expect(update).toHaveBeenCalledTimes(1);
});

test('what cannot be written is complained of, and lost without harm', async () => {
  const recent = open();
  jest.spyOn(db.getModel('wecomFailures'), 'create').mockRejectedValueOnce(new Error('no space left'));
  recent.note(failure());
  expect(await recent.list('wecom')).toEqual([]);
  expect(complaints.splice(0)).toMatchObject([{ message: 'no space left' }]);
  recent.note(failure());
  expect(await recent.list('wecom')).toHaveLength(1);
});
