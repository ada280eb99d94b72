import { type Database, Op } from '@nocobase/database';
import { Utils, type WhereOptions } from 'sequelize';

/** What Sequelize builds the text of a query with; not part of its types (sequelize: `query-generator.js`). */
interface QueryGenerator {
  selectQuery(table: unknown, options: object, model: unknown): string;
}

/**
 * A condition for `where`: one of the values that a column has in the rows of another table.
 *
 * In place of an association, which makes one query of it, too, but takes Sequelize longer to put together, and puts the
 * joined row into the model that is found.
 */
export function inRowsOf(db: Database, collection: string, attribute: string, where: WhereOptions) {
  const model = db.getModel(collection);
  const options = Utils.mapFinderOptions({ attributes: [attribute], where }, model);
  const { queryGenerator } = db.sequelize.getQueryInterface() as unknown as { queryGenerator: QueryGenerator };
  const query = queryGenerator.selectQuery(model.getTableName(), options, model).replace(/;$/, '');
  return { [Op.in]: db.sequelize.literal(`(${query})`) };
}
