//! The schemas, one SQL file per migration. A file is never edited once it was released: the
//! databases remember the checksum of each.

use std::sync::LazyLock;

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// The migrations of `ledger.db`.
pub(super) static LEDGER: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[
        (
            1,
            "ledger",
            include_str!("../../migrations/sqlite/ledger/0001_ledger.sql"),
        ),
        (
            2,
            "audit trail",
            include_str!("../../migrations/sqlite/ledger/0002_audit_trail.sql"),
        ),
        (
            3,
            "refused operation",
            include_str!("../../migrations/sqlite/ledger/0003_refused_operation.sql"),
        ),
    ])
});

/// The migrations of `catalog.db`.
pub(super) static CATALOG: LazyLock<Migrator> = LazyLock::new(|| {
    migrator(&[
        (
            1,
            "catalog",
            include_str!("../../migrations/sqlite/catalog/0001_catalog.sql"),
        ),
        (
            2,
            "tags",
            include_str!("../../migrations/sqlite/catalog/0002_tags.sql"),
        ),
        (
            3,
            "dropped pipelines",
            include_str!("../../migrations/sqlite/catalog/0003_dropped_pipelines.sql"),
        ),
        (
            4,
            "search words",
            include_str!("../../migrations/sqlite/catalog/0004_search_words.sql"),
        ),
        (
            5,
            "steps of a status",
            include_str!("../../migrations/sqlite/catalog/0005_steps_of_a_status.sql"),
        ),
        (
            6,
            "failures",
            include_str!("../../migrations/sqlite/catalog/0006_failures.sql"),
        ),
        (
            7,
            "refreshes",
            include_str!("../../migrations/sqlite/catalog/0007_refreshes.sql"),
        ),
        (
            8,
            "accents",
            include_str!("../../migrations/sqlite/catalog/0008_accents.sql"),
        ),
        (
            9,
            "one catalog",
            include_str!("../../migrations/sqlite/catalog/0009_one_catalog.sql"),
        ),
        (
            10,
            "background reading",
            include_str!("../../migrations/sqlite/catalog/0010_background_reading.sql"),
        ),
        (
            11,
            "summaries",
            include_str!("../../migrations/sqlite/catalog/0011_summaries.sql"),
        ),
    ])
});

/// The version of the newest schema that a migrator makes.
pub(super) fn newest(migrator: &Migrator) -> i64 {
    let versions = migrator.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

fn migrator(files: &[(i64, &'static str, &'static str)]) -> Migrator {
    let migrations = files
        .iter()
        .map(|&(version, name, sql)| {
            Migration::new(
                version,
                name.into(),
                MigrationType::Simple,
                sql.into_sql_str(),
                false,
            )
        })
        .collect();
    Migrator::with_migrations(migrations)
}
