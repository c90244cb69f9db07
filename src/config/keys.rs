//! Which settings there are.

use super::source::{Problem, Source};

/// Every setting of this version, in the order they are documented; `*` stands for a place in a list,
/// counted from 0. The example file, `config show` and the readers are tested against it.
pub(super) const KEYS: [&str; 61] = [
    "state_dir",
    "server.listen",
    "server.base_path",
    "server.base_path_stripped",
    "server.public_origins",
    "server.read_only",
    "server.body_limit",
    "server.max_connections",
    "server.header_timeout",
    "server.max_headers",
    "server.max_header_size",
    "server.request_timeout",
    "server.body_timeout",
    "server.max_in_flight",
    "server.writes_per_minute",
    "server.drain",
    "identity.mode",
    "identity.trusted_proxies",
    "identity.client_ip_header",
    "identity.preset",
    "identity.user_header",
    "identity.email_header",
    "identity.groups_header",
    "identity.groups_delimiter",
    "identity.shared_secret_header",
    "identity.shared_secret_file",
    "identity.jwt.header",
    "identity.jwt.issuer",
    "identity.jwt.audience",
    "identity.jwt.jwks_url",
    "identity.jwt.jwks_file",
    "identity.jwt.algorithms",
    "identity.jwt.user_claim",
    "identity.jwt.email_claim",
    "identity.jwt.groups_claim",
    "identity.alb.region",
    "identity.alb.signer_arns",
    "identity.alb.issuer",
    "identity.alb.client_id",
    "identity.alb.user_claim",
    "identity.alb.email_claim",
    "identity.alb.groups_claim",
    "identity.alb.keys_url",
    "embed.frame_ancestors",
    "access.*.groups",
    "access.*.people",
    "access.*.deny",
    "access.*.role",
    "access.*.workspaces",
    "access.*.pipelines",
    "access.*.tags",
    "ledger.key_file",
    "ledger.ticket_lifetime",
    "ledger.retention_days",
    "workspace.*.name",
    "workspace.*.region",
    "workspace.*.role_arn",
    "workspace.*.write_role_arn",
    "workspace.*.endpoint_url",
    "workspace.*.colour",
    "workspace.*.calls_per_second",
];

/// Whether a path is a setting.
pub(super) fn is_known(path: &str) -> bool {
    KEYS.contains(&pattern(path).as_str())
}

/// Whether a path holds settings below it.
pub(super) fn is_section(path: &str) -> bool {
    let below = format!("{}.", pattern(path));
    KEYS.iter().any(|key| key.starts_with(&below))
}

/// Whether a path is a list of sections: `workspace`.
pub(super) fn is_list(path: &str) -> bool {
    let below = format!("{path}.*.");
    KEYS.iter().any(|key| key.starts_with(&below))
}

/// The list, the place in it and the rest of a path that leads into one: `workspace`, 0, `region`. The
/// rest is empty for the place itself.
pub(super) fn in_list(path: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = path.split_once('.')?;
    let (place, rest) = rest.split_once('.').unwrap_or((rest, ""));
    Some((list, place_of(place)?, rest)).filter(|_| is_list(list))
}

/// The refusal of a path that is no setting, with the setting that was perhaps meant.
pub(super) fn unknown(path: &str, written: &str, source: Source) -> Problem {
    let version = env!("CARGO_PKG_VERSION");
    let wanted = pattern(path);
    let nearest = KEYS
        .iter()
        .map(|key| (distance(key, &wanted), *key))
        .min()
        .filter(|(distance, _)| *distance <= 3);
    let fix = match nearest {
        Some((_, key)) => format!("remove it, or did you mean {}?", spell_like(key, written)),
        None => "remove it".to_owned(),
    };
    Problem {
        source,
        what: format!("{written} is not a setting known to this version ({version})"),
        fix,
    }
}

/// `workspace.0.region` as people write it in the file.
pub(super) fn for_people(path: &str) -> String {
    match in_list(path) {
        Some((list, _, key)) => format!("[[{list}]] {key}"),
        None => path.to_owned(),
    }
}

/// A variable's name for a path.
fn variable_of(path: &str) -> String {
    format!(
        "SLUICEGATE_{}",
        path.to_ascii_uppercase().replace('.', "__")
    )
}

fn spell_like(key: &str, written: &str) -> String {
    let first = key.replace('*', "0");
    if written.starts_with("SLUICEGATE_") {
        variable_of(&first)
    } else {
        for_people(&first)
    }
}

/// The path with a place in a list as `*`.
pub(super) fn pattern(path: &str) -> String {
    path.split('.')
        .enumerate()
        .map(|(depth, part)| match place_of(part) {
            Some(_) if depth == 1 => "*",
            _ => part,
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// A place in a list, in its one spelling: `01` and `+1` would be second names for `1`.
fn place_of(part: &str) -> Option<usize> {
    let place: u16 = part.parse().ok()?;
    (place.to_string() == part).then_some(place.into())
}

/// How many letters must change to make one of the other (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
