import { defineCollection } from '@nocobase/database';

/**
 * Things that only one caller may have: a visit that was used, a turn that somebody is taking. The primary key decides,
 * so it holds for every process on the database. Rows live for minutes and mean nothing to backups and migrations.
 */
export default defineCollection({
  name: 'wecomClaims',
  dumpRules: 'skipped',
  migrationRules: ['schema-only'],
  autoGenId: false,
  timestamps: false,
  createdAt: false,
  updatedAt: false,
  fields: [
    { name: 'key', type: 'string', length: 100, primaryKey: true, allowNull: false },
    { name: 'expiresAt', type: 'bigInt', allowNull: false },
  ],
});
