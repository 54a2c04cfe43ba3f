import { readAuthorities } from '../authorities.ts';
import type { AuthBackend } from '../backend.ts';
import { type MethodKind, parsePath } from '../method.ts';
import { readSqlConfiguration } from './configuration.ts';
import type { SqlDialect } from './lexer.ts';
import { SqlBackend } from './sql-backend.ts';

/** `-l mysql:FILE`. */
export const MYSQL: MethodKind = sqlMethod('mysql');
/** `-l pgsql:FILE`. */
export const PGSQL: MethodKind = sqlMethod('pgsql');

function sqlMethod(dialect: SqlDialect): MethodKind {
  return {
    name: dialect,
    argument: 'FILE',
    parse: parsePath,
    check: (path) => readSqlConfiguration(path, dialect).warnings,
    create: (path, { accountServer }) => {
      const { scheme } = readSqlConfiguration(path, dialect);
      return accountServer({ name: dialect, path }, scheme !== 'cleartext');
    },
    open: (path) => openSqlBackend(path, dialect),
  };
}

/** The driver is loaded here, while files can be read, and only where it is needed. */
async function openSqlBackend(path: string, dialect: SqlDialect): Promise<AuthBackend> {
  const configuration = readSqlConfiguration(path, dialect);
  const { driver } = dialect === 'mysql' ? await import('./mysql.ts') : await import('./pgsql.ts');
  const { tlsCa } = configuration.server;
  return new SqlBackend(configuration, driver, tlsCa === undefined ? undefined : readAuthorities(tlsCa));
}
