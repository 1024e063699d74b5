"""Queries that try to leave the tables of an archive: to read files, settings and variables, to write, or to last for ever.

`{place}` is a folder in which a file secret.txt stands. None may give its text away, write anything, or end in another
error than that of a query.
"""

from __future__ import annotations

_READ = (
    "read_text('{place}/secret.txt')", "read_blob('{place}/secret.txt')", "read_csv('{place}/secret.txt')",
    "read_csv_auto('{place}/secret.txt')", "read_json('{place}/secret.txt')", "read_json_auto('{place}/secret.txt')",
    "read_ndjson('{place}/secret.txt')", "read_parquet('{place}/secret.txt')", "parquet_scan('{place}/secret.txt')",
    "parquet_metadata('{place}/run/truth/members.parquet')", "parquet_schema('{place}/run/truth/members.parquet')",
    "read_parquet('{place}/run/truth/members.parquet')", "read_parquet('{place}/run/archive/*.parquet')",
    "read_parquet('{place}/run/archive/../truth/members.parquet')", "'{place}/secret.txt'", "'{place}/run/truth/*.parquet'",
    "glob('{place}/*')", "glob('/etc/*')", "sniff_csv('{place}/secret.txt')", "read_text('/etc/passwd')",
    "read_text('/proc/self/environ')", "read_text('/proc/self/maps')", "read_text('file://{place}/secret.txt')",
    "read_csv('https://example.org/x.csv')", "read_parquet('s3://bucket/x.parquet')", "read_text('http://127.0.0.1:1/x')",
    "query('select * from read_text(''{place}/secret.txt'')')", "query_table('secret_frame')", "secret_frame",
    "which_secret('x', 'y')", "duckdb_secrets()", "sqlite_scan('{place}/x.db', 'y')", "arrow_scan(1, 2, 3)",
    "pandas_scan(140000000000)", "python_map_function()",
)  # fmt: skip
_ASK = (
    "select getenv('PATH')", "select getenv('HOME')", "select current_setting('home_directory')",
    "select * from duckdb_settings() where name like '%secret%'", "select * from duckdb_extensions() where loaded",
    "select * from pragma_database_list", "select * from pg_catalog.pg_tables", "select * from information_schema.tables",
    "select * from duckdb_views()", "select * from duckdb_temporary_files()", "select * from duckdb_memory()",
    "select sql from sqlite_master", "select nextval('x')", "select txid_current()", "select version()",
    "select * from pragma_table_info('persons')", "select error('x')", "select write_log('x')", "select setseed(0.5)",
)  # fmt: skip
_WRITE = (
    "copy (select 1) to '{place}/x.csv'", "copy persons to '{place}/x.parquet'", "copy persons from '{place}/secret.txt'",
    "copy (select 1) to '{place}/run/archive/persons.parquet'", "export database '{place}/x'", "import database '{place}/x'",
    "attach '{place}/x.db' as y", "attach ':memory:' as y", "detach memory", "use memory", "checkpoint", "vacuum", "analyze",
    "create table x as select 1", "create view x as select 1", "create or replace view persons as select 1",
    "create temp table x as select 1", "create schema x", "create sequence x", "create type x as enum ('a')",
    "create macro x() as table select * from read_text('{place}/secret.txt')", "create secret x (type s3)",
    "drop view persons", "drop table if exists persons", "alter view persons rename to x", "insert into persons values (1)",
    "update persons set name = 'x'", "delete from persons", "truncate persons", "comment on view persons is 'x'",
    "set enable_external_access = true", "set lock_configuration = false", "set memory_limit = '100GB'",
    "set temp_directory = '{place}'", "set allowed_paths = ['{place}/secret.txt']", "set allowed_directories = ['/']",
    "reset enable_external_access", "set global threads = 64", "set session threads = 64", "set variable x = 1",
    "pragma enable_profiling", "pragma profiling_output = '{place}/x.json'", "pragma database_list", "pragma version",
    "pragma memory_limit = '100GB'", "set log_query_path = '{place}/x.log'", "call pragma_version()",
    "call enable_logging()", "install httpfs", "load httpfs", "load '{place}/x.duckdb_extension'", "force install json",
    "update extensions", "begin transaction", "commit", "rollback", "prepare x as select 1", "execute x", "deallocate x",
    "explain analyze copy persons to '{place}/x.csv'", "explain select 1", "select 1; drop view persons", "select 1; select 2",
    "with x as (insert into persons (id) values ('a') returning id) select * from x", "merge into persons using acts on true",
)  # fmt: skip
_EXHAUST = (
    "select count(*) from range(10000000) a, range(10000000) b where a.range * b.range % 7 = 3",
    "with recursive x(n) as (select 1 union all select n + 1 from x) select max(n) from x",
    "select list(range) from range(1000000000)", "select length(repeat('x', 100000000))",
    "select string_agg(repeat('x', 100000), '') from range(100000)",
    "select " + "(" * 20_000 + "1" + ")" * 20_000, "select " + "1+" * 20_000 + "1", "select " + "-" * 3_000 + " 1",
    "select * from " + "(select * from " * 2_000 + "persons" + ")" * 2_000, "x" * 200_000, "select '" + "x" * 90_000 + "'",
    "select regexp_matches(repeat('a', 30), '(a+)+$')", "select generate_series(1, 1000000000000)",
    "select * from " + ", ".join(f"statements s{n}" for n in range(15)),
)  # fmt: skip
_TEXT = (
    "",
    ";",
    "--",
    "/*",
    "\x00",
    "select '\x00'",
    "\ud800",
    "select \u202e 1",
    "\ufeffselect 1",
    "selec * from persons",
    "select $1",
)

ATTACKS: tuple[str, ...] = (*(f"select * from {source}" for source in _READ), *_ASK, *_WRITE, *_EXHAUST, *_TEXT)
"""Every attack, each one query."""
