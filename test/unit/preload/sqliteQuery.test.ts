import { expect, test } from 'vitest';
import { queryOf } from '../../../src/preload/sdk/sqlite/query';

test.each([
  ['SELECT * FROM users WHERE name = ?', 'SELECT users'],
  ['select\n  u.id from main.users as u join orders on 1', 'SELECT main.users'],
  ['select "id" from "user list"', 'SELECT user list'],
  ['INSERT OR REPLACE INTO `users` (name) VALUES (@name)', 'INSERT users'],
  ['UPDATE OR IGNORE users SET name = ?', 'UPDATE users'],
  ['delete from [users]', 'DELETE users'],
  ['CREATE TABLE IF NOT EXISTS users (id INTEGER)', 'CREATE users'],
  ['CREATE UNIQUE INDEX by_name ON users (name)', 'CREATE by_name'],
  ['-- all of them\n/* really */ DELETE FROM users', 'DELETE users'],
  ['PRAGMA journal_mode = WAL', 'PRAGMA journal_mode'],
  ['SELECT 1', 'SELECT'],
  ['BEGIN IMMEDIATE', 'BEGIN'],
  ['', 'query'],
])('%j is told as %s', (text, name) => {
  expect(queryOf(text)).toMatchObject({ name, attributes: { 'db.query.summary': name, 'db.query.text': text } });
});

test('what is told says what it is done to, where the statement does', () => {
  expect(queryOf('SELECT id FROM users').attributes).toMatchObject({
    'db.system.name': 'sqlite',
    'db.operation.name': 'SELECT',
    'db.collection.name': 'users',
  });
  expect(queryOf('VACUUM').attributes).not.toHaveProperty('db.collection.name');
});

test('a long script is cut', () => {
  const text = `CREATE TABLE t (x); ${'INSERT INTO t VALUES (1);'.repeat(1000)}`;
  expect(String(queryOf(text).attributes['db.query.text'])).toHaveLength(8192);
});
