//! What would not go on a distributed PostgreSQL, or behind a pool of connections, is not there.

use sqlx::{Connection, PgConnection};

use super::migrated;
use crate::support::databases::postgres;

/// A rule, and the query that lists what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "no sequences: ids are made by the program",
        "select relname::text from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace",
    ),
    (
        "no identity or generated columns",
        "select attrelid::regclass || '.' || attname from pg_attribute join pg_class on pg_class.oid = attrelid
         where relnamespace = 'public'::regnamespace and (attidentity <> '' or attgenerated <> '')",
    ),
    (
        "no triggers: what happens is said in the program",
        "select tgname::text from pg_trigger where not tgisinternal",
    ),
    (
        "no rules",
        "select tablename || '.' || rulename from pg_rules where schemaname = 'public'",
    ),
    (
        "no extensions: not every server has them",
        "select extname::text from pg_extension where extname <> 'plpgsql'",
    ),
    (
        "no functions of our own",
        "select proname::text from pg_proc where pronamespace = 'public'::regnamespace",
    ),
    (
        "no types of our own",
        "select typname::text from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')",
    ),
    (
        "no row-level security: the partnership is in every statement",
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and (relrowsecurity or relforcerowsecurity)",
    ),
    (
        "no unlogged tables: what is answered is kept",
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind = 'r' and relpersistence <> 'p'",
    ),
    (
        "partnership_id leads every key and index",
        "select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indrelid
         where relnamespace = 'public'::regnamespace and relname <> '_sqlx_migrations'
           and pg_get_indexdef(indexrelid, 1, false) <> 'partnership_id'",
    ),
    (
        "partnership_id leads every reference, on both sides",
        "select conname::text from pg_constraint
         join pg_attribute as own on own.attrelid = conrelid and own.attnum = conkey[1]
         join pg_attribute as other on other.attrelid = confrelid and other.attnum = confkey[1]
         where contype = 'f' and (own.attname <> 'partnership_id' or other.attname <> 'partnership_id')",
    ),
    (
        "every table has a primary key",
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind = 'r'
           and not exists (select 1 from pg_index where indrelid = pg_class.oid and indisprimary)",
    ),
    (
        "texts sort by bytes, as on SQLite",
        "select relname || '.' || attname from pg_attribute
         join pg_class on pg_class.oid = attrelid
         where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> '_sqlx_migrations'
           and attnum > 0 and atttypid = 'text'::regtype and attcollation <> '\"C\"'::regcollation",
    ),
    (
        "columns are text or bigint",
        "select relname || '.' || attname from pg_attribute
         join pg_class on pg_class.oid = attrelid
         where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> '_sqlx_migrations'
           and attnum > 0 and atttypid not in ('text'::regtype, 'bigint'::regtype)",
    ),
];

#[tokio::test]
async fn postgres_holds_nothing_that_does_not_distribute() {
    let Some(database) = postgres() else { return };
    migrated(&database).await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let mut broken = Vec::new();
    for (rule, query) in RULES {
        let found: Vec<String> = sqlx::query_scalar(*query)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        // A view is a rule to PostgreSQL.
        let found: Vec<String> = found
            .into_iter()
            .filter(|one| !one.ends_with("._RETURN"))
            .collect();
        if !found.is_empty() {
            broken.push(format!("{rule}: {}", found.join(", ")));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[tokio::test]
async fn each_rule_bites() {
    let Some(database) = postgres() else { return };
    migrated(&database).await;
    const BREAKS: &str = "
        create table broken (id bigserial, doubled bigint generated always as (1) stored, day date, name text);
        create unlogged table lost (partnership_id text primary key);
        create function broken() returns trigger language plpgsql as 'begin return new; end';
        create trigger broken before insert on broken for each row execute function broken();
        create rule broken as on delete to broken do instead nothing;
        create extension pg_stat_statements;
        create type broken_kind as enum ('a');
        alter table broken enable row level security;
        create unique index broken_name on broken (name);
        create table referring (partnership_id text collate \"C\" primary key, name text references broken (name));";
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    // An extension that this server does not have is left out; the rule is the same query.
    let available: i64 = sqlx::query_scalar(
        "select count(*) from pg_available_extensions where name = 'pg_stat_statements'",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    let breaks = match available {
        0 => BREAKS.replace("create extension pg_stat_statements;", ""),
        _ => BREAKS.to_owned(),
    };
    sqlx::raw_sql(sqlx::AssertSqlSafe(breaks))
        .execute(&mut connection)
        .await
        .unwrap();
    for (rule, query) in RULES {
        let found: Vec<String> = sqlx::query_scalar(*query)
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let excused = available == 0 && rule.starts_with("no extensions");
        assert!(excused || !found.is_empty(), "`{rule}` lets it pass");
    }
}
