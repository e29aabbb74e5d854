# sqlite3, dynamically linked: tables, joins, transactions with a rollback journal and with a write-ahead log (shared
# memory mapped from a file), integrity checks and a dump, as natively.
. "$kTests/dynamic_programs.sh"
cat >"$scratch/work.sql" <<'END'
PRAGMA journal_mode;
CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born INTEGER);
CREATE TABLE sale(id INTEGER PRIMARY KEY, person INTEGER REFERENCES person(id), cents INTEGER, day TEXT);
CREATE INDEX by_person ON sale(person, day);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
  INSERT INTO person(name, born) SELECT printf('p%03d', i), 1900 + i * 7 % 100 FROM n;
BEGIN;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
  INSERT INTO sale(person, cents, day) SELECT i * 17 % 50 + 1, i * 31 % 997, date('2020-01-01', i % 366 || ' days') FROM n;
COMMIT;
SELECT name, count(*), sum(cents), round(avg(cents), 3) FROM person JOIN sale ON person = person.id
  GROUP BY name HAVING sum(cents) > 29500 ORDER BY 3 DESC, 1 LIMIT 7;
BEGIN; DELETE FROM sale; SELECT count(*) FROM sale; ROLLBACK; SELECT count(*) FROM sale;
SAVEPOINT a; UPDATE sale SET cents = -1 WHERE id % 2; ROLLBACK TO a; RELEASE a; SELECT min(cents) FROM sale;
INSERT INTO person(name) VALUES ('p001');
PRAGMA journal_mode = WAL;
BEGIN; UPDATE sale SET cents = cents + 1; COMMIT; SELECT sum(cents) FROM sale;
PRAGMA wal_checkpoint(FULL);
PRAGMA journal_mode = DELETE;
VACUUM; PRAGMA integrity_check; PRAGMA page_count;
EXPLAIN QUERY PLAN SELECT * FROM sale WHERE person = 3 ORDER BY day;
SELECT upper(hex(substr(group_concat(name, ','), 1, 20))), json_group_array(born) FROM person WHERE id < 6;
END
for side in sysroot root; do
  input=$scratch/work.sql
  compare sqlite3 -header work.db
done
side=sysroot
input=''
compare sqlite3 :memory: 'CREATE TABLE t(a); INSERT INTO t VALUES (1), (NULL), (x'"'00ff'"'), (2.5); .dump'
compare sqlite3 nothing/here.db 'SELECT 1'
# Two processes with one database in WAL mode share its index through a mapped file, and wait for each other's locks.
cat >"$scratch/two.sh" <<'END'
sqlite3 two.db 'PRAGMA journal_mode = WAL; CREATE TABLE t(who, i)' >/dev/null
add() { for i in 1 2 3; do sqlite3 -cmd '.timeout 60000' two.db "INSERT INTO t VALUES ($1, $i)"; done; }
add 1 & add 2 & wait
sqlite3 two.db 'SELECT who, count(*), sum(i) FROM t GROUP BY who; PRAGMA integrity_check; PRAGMA journal_mode = DELETE'
rm two.db
END
compare env sh -c "$(<"$scratch/two.sh")"
