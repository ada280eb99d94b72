import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { InTurn } from '../in-turn';

test('work of one name runs one after the other, in the order it came, whatever fails', async () => {
  const inTurn = new InTurn();
  const steps: string[] = [];
  const work = (name: string, fails = false) =>
    inTurn.run('a', async () => {
      steps.push(`${name} begins`);
      await sleep(5);
      steps.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([work('one'), work('two', true), work('three')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends', 'three begins', 'three ends']);
});

test('work of other names does not wait', async () => {
  const inTurn = new InTurn();
  const hanging = inTurn.run('a', () => new Promise<void>((resolve) => setTimeout(resolve, 500)));
  await expect(Promise.race([hanging.then(() => 'a'), inTurn.run('b', async () => 'b')])).resolves.toBe('b');
  await hanging;
});

test('nobody waits for ever behind something that hangs', async () => {
  const inTurn = new InTurn(30);
  void inTurn.run('a', () => new Promise(() => undefined));
  await expect(inTurn.run('a', async () => 'done')).resolves.toBe('done');
});

test('nothing is kept of a name that nobody waits for', async () => {
  const inTurn = new InTurn();
  const all = Array.from({ length: 100 }, (_, index) => inTurn.run(`${index % 50}`, () => sleep(1)));
  expect(inTurn.names).toBe(50);
  await Promise.all(all);
  expect(inTurn.names).toBe(0);
});

test('work belongs to whoever asked for it, not to whoever had the turn before', async () => {
  const inTurn = new InTurn();
  const request = new AsyncLocalStorage<string>();
  const asked = ['one', 'two', 'three'].map((name) =>
    request.run(name, () =>
      inTurn.run('a', async () => {
        await sleep(1);
        return request.getStore();
      }),
    ),
  );
  await expect(Promise.all(asked)).resolves.toEqual(['one', 'two', 'three']);
});
