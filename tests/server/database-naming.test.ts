import { STORAGE } from './environment';
import { join } from 'node:path';
import { type TestDatabase, onEveryDatabase } from './databases';
import { World } from './world';

/** What `DB_UNDERSCORED`, `DB_TABLE_PREFIX` and, on PostgreSQL, `DB_SCHEMA` of the host stand for. */
const NAMING = { underscored: true, tablePrefix: 'nb_' };
const SCHEMA = 'elsewhere';

onEveryDatabase((create) => {
  let database: TestDatabase;
  let world: World;
  let table = 'nb_users_authenticators';

  beforeAll(async () => {
    database = await create();
    const sqlite = { dialect: 'sqlite', storage: join(STORAGE, 'naming.sqlite'), logging: false };
    const onPostgres = database.options?.dialect === 'postgres';
    if (onPostgres) table = `${SCHEMA}.${table}`;
    world = await World.start({ ...(database.options ?? sqlite), ...NAMING, ...(onPostgres && { schema: SCHEMA }) });
  });

  afterAll(async () => {
    await world.close();
    await database.drop();
  });

  test('a member signs in where columns are underscored and tables have a prefix, in a schema if there are any', async () => {
    const { userid } = world.newMember();
    const first = await world.firstSignIn(userid);
    const again = await world.round(world.browser(), userid);

    expect(first.status).toBe(200);
    expect(again.status).toBe(200);
    expect(again.body.data?.user.id).toBe(first.body.data?.user.id);
    const [rows] = await world.db.sequelize.query(`SELECT user_id FROM ${table}`);
    expect(rows).toHaveLength(1);
  });
});
