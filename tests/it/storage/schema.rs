//! Both migrations make the same tables: columns, keys, indexes, references and checks, told in the same words.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, PgConnection, SqliteConnection};

use super::migrated;
use crate::support::databases::{postgres, sqlite};

/// What is said of each table. Views are left out: they are for analysts, on PostgreSQL only.
type Schema = BTreeMap<String, BTreeSet<String>>;

async fn of_sqlite(url: &str) -> Schema {
    const TABLES: &str = "
        select name, sql from sqlite_master
        where type = 'table' and name not like 'sqlite%' and name <> '_sqlx_migrations'";
    const COLUMNS: &str = "
        select 'column ' || (cid + 1) || ' ' || name || ' ' ||
          case type when 'INTEGER' then 'bigint' when 'integer' then 'bigint' else lower(type) end ||
          case \"notnull\" when 1 then ' not null' else '' end || coalesce(' default ' || dflt_value, '')
        from pragma_table_info($1)";
    const PRIMARY_KEY: &str = "
        select 'primary key (' || group_concat(name, ', ') || ')'
        from (select name from pragma_table_info($1) where pk > 0 order by pk)";
    const INDEXES: &str = "
        select case origin when 'u' then 'unique' when 'c' then 'index ' || name end || ' (' ||
          (select group_concat(name, ', ') from (select name from pragma_index_info(list.name) order by seqno)) ||
          ')' || case partial when 1 then ' partial' else '' end
        from pragma_index_list($1) as list where origin <> 'pk'";
    const REFERENCES: &str = "
        select 'references ' || \"table\" || ' (' || group_concat(\"from\" || ' = ' || \"to\", ', ') || ') ' ||
          lower(on_delete)
        from (select * from pragma_foreign_key_list($1) order by id, seq) group by id, \"table\", on_delete";
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let tables: Vec<(String, String)> = sqlx::query_as(TABLES)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut schema = Schema::new();
    for (table, text) in tables {
        assert!(
            text.contains(") strict"),
            "{table} is not strict: it would take a text for a number"
        );
        let mut said = BTreeSet::from([format!("{} checks", text.matches("check (").count())]);
        for statement in [COLUMNS, PRIMARY_KEY, INDEXES, REFERENCES] {
            let rows: Vec<String> = sqlx::query_scalar(statement)
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .unwrap();
            said.extend(rows);
        }
        schema.insert(table, said);
    }
    schema
}

async fn of_postgres(url: &str) -> Schema {
    const SAID: &str = "
        with tables as (
          select oid, relname from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> '_sqlx_migrations'
        )
        select relname::text, 'column ' || attnum || ' ' || attname || ' ' || format_type(atttypid, atttypmod) ||
          case when attnotnull then ' not null' else '' end ||
          coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
        from tables join pg_attribute on attrelid = tables.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
        union all
        select relname::text, case when indisprimary then 'primary key' when indisunique then 'unique'
            else 'index ' || indexrelid::regclass end || ' (' ||
          (select string_agg(pg_get_indexdef(indexrelid, number, false), ', ' order by number)
           from generate_series(1, indnkeyatts) as number) ||
          ')' || case when indpred is not null then ' partial' else '' end
        from tables join pg_index on indrelid = tables.oid
        union all
        select relname::text, 'references ' || confrelid::regclass || ' (' ||
          (select string_agg(own.attname || ' = ' || other.attname, ', ' order by number)
           from generate_subscripts(conkey, 1) as number
           join pg_attribute as own on own.attrelid = conrelid and own.attnum = conkey[number]
           join pg_attribute as other on other.attrelid = confrelid and other.attnum = confkey[number]) || ') ' ||
          case confdeltype when 'a' then 'no action' else 'something' end
        from tables join pg_constraint on conrelid = tables.oid and contype = 'f'
        union all
        select relname::text, count(pg_constraint.oid) || ' checks'
        from tables left join pg_constraint on conrelid = tables.oid and contype = 'c' group by relname";
    let mut connection = PgConnection::connect(url).await.unwrap();
    let rows: Vec<(String, String)> = sqlx::query_as(SAID)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut schema = Schema::new();
    for (table, said) in rows {
        // PostgreSQL quotes a column whose name is a word of its own, and says of what kind a default is.
        let said = said.replace('"', "").replace("::text", "");
        schema.entry(table).or_default().insert(said);
    }
    schema
}

#[tokio::test]
async fn both_migrations_make_the_same_tables() {
    let file = sqlite();
    migrated(&file).await;
    let on_sqlite = of_sqlite(file.url()).await;
    assert!(on_sqlite.len() >= 20, "{:?}", on_sqlite.keys());
    assert!(
        on_sqlite["posting"].contains("unique (partnership_id, contract_id, period, reverses)")
    );
    let Some(server) = postgres() else { return };
    migrated(&server).await;
    let on_postgres = of_postgres(server.url()).await;
    let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&on_sqlite), names(&on_postgres));
    for (table, said) in &on_sqlite {
        let other = &on_postgres[table];
        let only = |left: &BTreeSet<String>, right: &BTreeSet<String>| {
            left.difference(right).cloned().collect::<Vec<_>>()
        };
        assert!(
            said == other,
            "{table} differs: only on SQLite {:?}, only on PostgreSQL {:?}",
            only(said, other),
            only(other, said)
        );
    }
}

#[tokio::test]
async fn every_key_is_led_by_the_partnership_on_sqlite_too() {
    let file = sqlite();
    migrated(&file).await;
    for (table, said) in of_sqlite(file.url()).await {
        for one in said.iter().filter(|one| one.contains('(')) {
            let (_, columns) = one.split_once('(').unwrap();
            assert!(columns.starts_with("partnership_id"), "{table}: {one}");
        }
    }
}
