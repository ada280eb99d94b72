import type { Database, Model, Transaction } from '@nocobase/database';

/** Accessors that the host's plugins add to users and departments. */
interface HasRoles {
  getRoles(options: object): Promise<Model[]>;
}
interface HasDepartments {
  getDepartments(options: object): Promise<(Model & HasRoles)[]>;
}

const ADMINISTRATORS: readonly unknown[] = ['root', 'admin'];

/** A role's snippets are permissions to configure; those that begin with `!` are taken away. */
function mayConfigure(role: Model): boolean {
  const snippets = (role.get('snippets') ?? []) as Iterable<string>;
  return ADMINISTRATORS.includes(role.get('name')) || [...snippets].some((snippet) => !snippet.startsWith('!'));
}

/**
 * Whether a user could administer NocoBase: one of the user's roles is `root` or `admin`, or may configure the interface,
 * plugins or anything else in the settings. Roles that come with a department count as well.
 */
export async function isPrivileged(db: Database, user: Model, transaction: Transaction): Promise<boolean> {
  const found = { transaction, joinTableAttributes: [] };
  const owners: HasRoles[] = [user as Model & HasRoles];
  if (db.hasCollection('departmentsRoles')) {
    owners.push(...(await (user as Model & HasDepartments).getDepartments(found)));
  }
  for (const owner of owners) {
    if ((await owner.getRoles(found)).some(mayConfigure)) {
      return true;
    }
  }
  return false;
}
