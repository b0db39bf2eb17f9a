import { describe, expect, test } from 'vitest';
import { splitStatements } from '../../src/migrate/sql-statements.ts';
import { effectOf } from '../../src/migrate/statement-effect.ts';

const texts = (engine: 'mysql' | 'sqlite', sql: string) => splitStatements(engine, sql).map((one) => one.sql);

describe('cutting a file into statements', () => {
  test('ends them at semicolons, knows their lines, leaves comments in front out', () => {
    const sql = '-- first; not yet\nCREATE TABLE a (id INT);\n\n/* b; */ INSERT INTO a\nVALUES (1) ;; ';
    expect(splitStatements('mysql', sql)).toEqual([
      { sql: 'CREATE TABLE a (id INT)', line: 2 },
      { sql: 'INSERT INTO a\nVALUES (1)', line: 4 },
    ]);
    expect(texts('sqlite', '')).toEqual([]);
    expect(texts('sqlite', '-- nothing;\n/* at; all */')).toEqual([]);
  });

  test('keeps semicolons in strings, quoted names and comments inside', () => {
    expect(texts('mysql', "SELECT 'a;''b', \"c;\", `d;``e` -- f;\n, 'g\\';h' # i;\n; SELECT 2")).toEqual([
      "SELECT 'a;''b', \"c;\", `d;``e` -- f;\n, 'g\\';h'",
      'SELECT 2',
    ]);
    expect(texts('sqlite', `SELECT 'a\\'; SELECT "b;", [c;], \`d;\` --e;\n; SELECT 3`)).toEqual([
      "SELECT 'a\\'",
      'SELECT "b;", [c;], `d;`',
      'SELECT 3',
    ]);
  });

  test('takes -- for a comment where the engine does', () => {
    expect(texts('mysql', 'SELECT 5--3; SELECT 1')).toEqual(['SELECT 5--3', 'SELECT 1']);
    expect(texts('sqlite', 'SELECT 5--3;\n+1; SELECT 1')).toEqual(['SELECT 5--3;\n+1', 'SELECT 1']);
    expect(texts('mysql', 'SELECT 1 /*! , 2; */; SELECT 3')).toEqual(['SELECT 1 /*! , 2; */', 'SELECT 3']);
  });

  test('keeps the body of a trigger together, with blocks inside blocks', () => {
    const trigger = `CREATE DEFINER = \`a\`@\`%\` TRIGGER IF NOT EXISTS t BEFORE UPDATE ON b FOR EACH ROW
      BEGIN
        DECLARE n INT;
        IF NEW.a = 1 THEN SET n = 1; ELSEIF IF(NEW.a, 1, 0) THEN SET n = 2; ELSE SET n = CASE WHEN 1 THEN 2 END; END IF;
        CASE n WHEN 1 THEN SET n = 3; END CASE;
        again: LOOP SET n = n + 1; LEAVE again; END LOOP;
        WHILE n < 9 DO SET n = n + 1; END WHILE;
        REPEAT SET n = REPEAT('x', 2); UNTIL n > 1 END REPEAT;
        BEGIN SET NEW.begin = OLD.end; END;
      END`;
    expect(texts('mysql', `${trigger};\nSELECT 1;`)).toEqual([trigger, 'SELECT 1']);
    const plain = "CREATE TRIGGER t BEFORE DELETE ON b FOR EACH ROW SIGNAL SQLSTATE '45000'";
    expect(texts('mysql', `${plain}; SELECT 1`)).toEqual([plain, 'SELECT 1']);
    const bare = 'CREATE TRIGGER t BEFORE DELETE ON b FOR EACH ROW IF OLD.a THEN SET @x = 1; END IF';
    expect(texts('mysql', `${bare}; SELECT 1`)).toEqual([bare, 'SELECT 1']);
    const sqlite = `CREATE TRIGGER t AFTER INSERT ON b WHEN NEW.a = CASE 1 WHEN 1 THEN 2 END
      BEGIN UPDATE b SET a = 'END;'; SELECT CASE WHEN 1 THEN 2 ELSE 3 END; END`;
    expect(texts('sqlite', `${sqlite}; SELECT 1`)).toEqual([sqlite, 'SELECT 1']);
  });

  test('refuses what is never closed, naming the line, and the client command DELIMITER', () => {
    expect(() => splitStatements('mysql', "SELECT 1;\nSELECT 'a")).toThrow(
      'line 2: this string is never closed',
    );
    expect(() => splitStatements('sqlite', 'SELECT "a')).toThrow('line 1: this quoted name is never closed');
    expect(() => splitStatements('mysql', '/* a')).toThrow('line 1: this comment is never closed');
    expect(() => splitStatements('mysql', 'SELECT 1;\nDELIMITER //')).toThrow(
      'line 2: DELIMITER is a command',
    );
  });
});

describe('how a statement takes effect', () => {
  const objects = (sql: string) => {
    const effect = effectOf('mysql', sql);
    return effect.kind === 'definition'
      ? effect.objects.map(({ kind, name }) => `${kind} ${name}`)
      : effect.kind;
  };

  test('names the objects whose definitions change on MySQL', () => {
    expect(objects('CREATE TABLE IF NOT EXISTS `a b` (id INT)')).toEqual(['table a b']);
    expect(objects('alter table db.`a``b` ADD COLUMN c INT')).toEqual(['table a`b']);
    expect(objects('DROP TABLE IF EXISTS a, `b`, db.c')).toEqual(['table a', 'table b', 'table c']);
    expect(objects('RENAME TABLE a TO b, c TO d')).toEqual(['table a', 'table b', 'table c', 'table d']);
    expect(objects('CREATE UNIQUE INDEX i ON a (b, c)')).toEqual(['table a']);
    expect(objects('DROP INDEX `on` ON a')).toEqual(['table a']);
    expect(objects('CREATE OR REPLACE DEFINER = `x`@`%` SQL SECURITY INVOKER VIEW v AS SELECT 1')).toEqual([
      'table v',
    ]);
    expect(objects('CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW SET NEW.b = 1')).toEqual(['trigger t']);
    expect(objects('DROP TRIGGER IF EXISTS t')).toEqual(['trigger t']);
    expect(objects('TRUNCATE a')).toEqual([]);
  });

  test('tells data, session and what nobody could decide apart', () => {
    expect(objects('/* a */ INSERT INTO a VALUES (1)')).toBe('data');
    expect(objects('SET @a = 1')).toBe('session');
    for (const sql of ['COMMIT', 'GRANT ALL ON *.* TO a', 'CREATE USER a', 'CALL p()', 'ALTER DATABASE a']) {
      expect(objects(sql)).toBe('unsupported');
    }
    expect(effectOf('sqlite', 'ALTER TABLE a RENAME TO b').kind).toBe('data');
    expect(effectOf('sqlite', 'PRAGMA foreign_keys = OFF').kind).toBe('session');
    expect(effectOf('sqlite', 'VACUUM').kind).toBe('unsupported');
  });
});
