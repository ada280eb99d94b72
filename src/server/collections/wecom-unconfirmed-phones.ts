import { defineCollection } from '@nocobase/database';

/**
 * Users whose phone nobody vouched for: they entered it themselves. Kept and moved together with the users, since a row
 * that is missing means that the phone is trusted.
 */
export default defineCollection({
  name: 'wecomUnconfirmedPhones',
  dumpRules: { group: 'user' },
  migrationRules: ['schema-only', 'overwrite'],
  autoGenId: false,
  timestamps: false,
  createdAt: false,
  updatedAt: false,
  fields: [{ name: 'userId', type: 'bigInt', primaryKey: true, allowNull: false }],
});
