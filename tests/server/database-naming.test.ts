import { STORAGE } from './environment';
import { join } from 'node:path';
import { World } from './world';

let world: World;

/** `DB_UNDERSCORED` and `DB_TABLE_PREFIX` of the host stand for the last two. */
const database = {
  dialect: 'sqlite',
  storage: join(STORAGE, 'naming.sqlite'),
  logging: false,
  underscored: true,
  tablePrefix: 'nb_',
};

beforeAll(async () => {
  world = await World.start(database);
});

afterAll(() => world.close());

test('a member signs in where columns are underscored and tables have a prefix', async () => {
  const { userid } = world.newMember();
  const first = await world.firstSignIn(userid);
  const again = await world.round(world.browser(), userid);

  expect(first.status).toBe(200);
  expect(again.status).toBe(200);
  expect(again.body.data?.user.id).toBe(first.body.data?.user.id);
  const [columns] = await world.db.sequelize.query('SELECT user_id FROM nb_users_authenticators');
  expect(columns).toHaveLength(1);
});
