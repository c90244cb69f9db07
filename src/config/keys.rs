//! The settings there are.

use super::source::{InvalidSetting, Source};

/// Every setting of this version, in the order of the documentation; `*` is an index into a list, counted
/// from 0. A test compares it with the readers, the example file, the README and `config show`.
pub(super) const KEYS: &[&str] = &[
    "state_dir",
    "server.listen",
    "server.base_path",
    "server.base_path_stripped",
    "server.public_origins",
    "server.read_only",
    "server.export_limit",
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
    "workspace.*.endpoints.logs",
    "workspace.*.budgets.logs",
    "catalog.backfill",
];

/// The most edits between a mistyped setting and the one that is suggested.
const MAX_TYPO_EDITS: usize = 3;

/// Whether a path is a setting.
pub(super) fn is_known(path: &str) -> bool {
    KEYS.contains(&pattern(path).as_str())
}

/// Whether there are settings below a path.
pub(super) fn is_section(path: &str) -> bool {
    let below = format!("{}.", pattern(path));
    KEYS.iter().any(|key| key.starts_with(&below))
}

/// Whether a path is a list of sections: `workspace`.
pub(super) fn is_list(path: &str) -> bool {
    let below = format!("{path}.*.");
    KEYS.iter().any(|key| key.starts_with(&below))
}

/// The list, the index and the rest of a path into a list: `workspace`, 0, `region`. The rest is empty for
/// the section itself.
pub(super) fn in_list(path: &str) -> Option<(&str, usize, &str)> {
    let (list, rest) = path.split_once('.')?;
    let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
    Some((list, index_of(index)?, rest)).filter(|_| is_list(list))
}

/// What is wrong with a path that is not a setting, with the setting that may have been meant.
pub(super) fn unknown(path: &str, written: &str, source: Source) -> InvalidSetting {
    let version = env!("CARGO_PKG_VERSION");
    let wanted = pattern(path);
    let nearest = KEYS
        .iter()
        .map(|key| (strsim::levenshtein(key, &wanted), *key))
        .min()
        .filter(|(distance, _)| *distance <= MAX_TYPO_EDITS);
    let fix = match nearest {
        Some((_, key)) => format!("remove it, or did you mean {}?", spell_like(key, written)),
        None => "remove it".to_owned(),
    };
    InvalidSetting {
        source,
        problem: format!("{written} is not a setting known to this version ({version})"),
        fix,
    }
}

/// `workspace.0.region` as it is written in the file.
pub(super) fn in_file_syntax(path: &str) -> String {
    match in_list(path) {
        Some((list, _, key)) => format!("[[{list}]] {key}"),
        None => path.to_owned(),
    }
}

/// The name of the variable for a path.
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
        in_file_syntax(&first)
    }
}

/// The path with an index into a list replaced by `*`.
pub(super) fn pattern(path: &str) -> String {
    path.split('.')
        .enumerate()
        .map(|(depth, part)| match index_of(part) {
            Some(_) if depth == 1 => "*",
            _ => part,
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// An index into a list, in its one spelling: `01` and `+1` would be other names for `1`.
fn index_of(part: &str) -> Option<usize> {
    let index: u16 = part.parse().ok()?;
    (index.to_string() == part).then_some(index.into())
}
