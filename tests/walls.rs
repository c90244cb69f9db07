//! The walls between the rooms, checked by reading every path the source names, not its `use` lines alone.

mod imports;
mod names;
mod scripts;
mod sentences;
mod source;
mod templates;

use source::{File, files};

/// What the pure rooms may not name: they take time and data as arguments and give answers.
const IMPURE: [&str; 12] = [
    "tokio::",
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime",
    "Instant",
    "Timestamp::now",
    "Zoned::now",
    "sqlx::",
];

/// The rooms that are pure.
const PURE: [&str; 5] = ["definition", "domain", "access", "graph", "shapes"];

fn breaches(files: &[File], wall: impl Fn(&File, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.code() {
            if wall(file, &line) {
                found.push(format!("{}:{number}: {}", file.path, line.trim()));
            }
        }
    }
    found
}

/// How the names of AWS crates begin. (`aws_lc_rs` is cryptography and knows no AWS service.)
const AWS_CRATES: [&str; 7] = [
    "aws_config",
    "aws_credential_types",
    "aws_runtime",
    "aws_sdk_",
    "aws_sigv4",
    "aws_smithy_",
    "aws_types",
];

/// Wall 1: AWS crates are named in the client layer only.
fn names_aws(file: &File, line: &str) -> bool {
    let is_aws = |word: &str| AWS_CRATES.iter().any(|krate| word.starts_with(krate));
    file.room() != "aws" && words(line).any(is_aws)
}

/// Wall 2: pages neither call the client layer nor the catalog's and ledger's way to it.
fn web_names_aws(file: &File, line: &str) -> bool {
    file.room() == "web" && names_path(line, "aws")
}

/// Wall 3: the pure rooms have no async, no I/O, no clock.
fn impure(file: &File, line: &str) -> bool {
    let is_async = names(line, "async") || line.contains(".await");
    PURE.contains(&file.room()) && (is_async || IMPURE.iter().any(|path| line.contains(path)))
}

/// Wall 5, from outside: only the commands know the emulator.
fn names_emulator(file: &File, line: &str) -> bool {
    let may = ["cli", "commands", "demo", "emulator"].contains(&file.room());
    !may && names(line, "sluicegate_emulator")
}

/// Wall 4: only the stores, and the database they share, speak SQL.
fn names_sql(file: &File, line: &str) -> bool {
    let stores = ["src/catalog/store", "src/ledger/store", "src/database"];
    words(line).any(|word| word == "sqlx") && !stores.iter().any(|at| file.path.starts_with(at))
}

/// The names in a line.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Whether a line holds this word, or one that begins with it and an underscore.
fn names(line: &str, word: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let starts = !line[..at].ends_with(inside);
        let rest = &line[at + word.len()..];
        starts && (rest.starts_with('_') || !rest.starts_with(inside))
    })
}

/// Whether a line names a room as part of a path: `crate::room`, `super::room::x`, `{room, …}`.
fn names_path(line: &str, room: &str) -> bool {
    let inside = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(room).any(|(at, _)| {
        let (before, rest) = (&line[..at], &line[at + room.len()..]);
        let whole = !before.ends_with(inside) && !rest.starts_with(inside);
        let listed =
            before.trim_start().starts_with("use ") || before.trim_start().starts_with("pub use ");
        whole && (before.ends_with("::") || rest.starts_with("::") || listed)
    })
}

macro_rules! wall {
    ($name:ident, $wall:expr, $room:literal, $breach:literal, $fine:literal) => {
        #[test]
        fn $name() {
            let spoiled = File::made_of(concat!("src/", $room, "/spoiled.rs"), $breach);
            assert_eq!(
                breaches(&[spoiled], $wall).len(),
                1,
                "the wall does not notice {:?}",
                $breach
            );
            let sound = File::made_of(concat!("src/", $room, "/sound.rs"), $fine);
            assert_eq!(
                breaches(&[sound], $wall),
                [""; 0],
                "the wall objects to {:?}",
                $fine
            );
            let found = breaches(&files(), $wall);
            assert!(
                found.is_empty(),
                "the wall is broken:\n{}",
                found.join("\n")
            );
        }
    };
}

wall!(
    only_the_client_layer_names_aws_crates,
    names_aws,
    "catalog",
    "let e: Box<::aws_smithy_types::Error>;",
    "let code = \"aws_sdk_sagemaker\"; // aws_config"
);
wall!(
    only_the_client_layer_names_any_sdk,
    names_aws,
    "web",
    "use {std::fmt, aws_sdk_s3::Client};",
    "use aws_lc_rs::hmac;"
);
wall!(
    only_the_stores_speak_sql,
    names_sql,
    "catalog",
    "fn f(row: &sqlx::sqlite::SqliteRow) {}",
    "let sqlx_version = 1; // sqlx"
);
wall!(
    pages_never_call_the_client_layer,
    web_names_aws,
    "web",
    "fn f(c: &crate::aws::Client) {}",
    "let word = sagemaker(\"crate::aws\");"
);
wall!(
    pure_rooms_have_no_clock,
    impure,
    "domain",
    "let now = jiff::Timestamp::now();",
    "fn f(now: Timestamp) {} // Instant"
);
wall!(
    pure_rooms_have_no_async,
    impure,
    "graph",
    "pub async fn f() {}",
    "let asynchronous = \"async\";"
);
wall!(
    only_the_commands_know_the_emulator,
    names_emulator,
    "catalog",
    "use ::sluicegate_emulator::Emulator;",
    "let emulator = 1; // sluicegate_emulator"
);
#[test]
fn the_source_is_really_read() {
    let files = files();
    assert!(files.len() > 50, "only {} files", files.len());
    for room in PURE.iter().chain(["aws", "web", "emulator"].iter()) {
        assert!(
            files.iter().any(|file| file.room() == *room),
            "nothing in {room}"
        );
    }
}

/// The image builds the dependencies from the manifests alone, and cargo wants those of all members.
#[test]
fn the_image_knows_every_member_of_the_workspace() {
    let read = |name: &str| {
        std::fs::read_to_string(format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let (manifest, dockerfile) = (read("Cargo.toml"), read("Dockerfile"));
    let members = manifest
        .lines()
        .find_map(|line| line.strip_prefix("members = "))
        .unwrap();
    let members: Vec<&str> = members
        .split('"')
        .filter(|part| part.contains('/'))
        .collect();
    assert!(members.len() > 3, "{members:?}");
    for member in members {
        let copied = format!("COPY {member}/Cargo.toml {member}/Cargo.toml");
        assert!(
            dockerfile.contains(&copied),
            "the Dockerfile lacks: {copied}"
        );
    }
}
