//! Whether a page offers its actions to the person who looks at it.

use std::collections::HashMap;

use super::texts::access;
use super::visit::Visit;
use crate::access::Role;
use crate::catalog::AccessError;

/// Why the person may not act on a pipeline; `None` where they may. What they then do is authorized
/// again.
pub async fn cannot_act(visit: &Visit, ws: &str, pipeline: &str) -> Option<String> {
    let grant = visit
        .catalog()
        .known_grant(visit.scope(), ws, pipeline, Role::Operator)
        .await;
    grant.err().map(|denied| access::cannot_act(&denied))
}

/// Why the person may not act on each of these pipelines, by name, for a list of all: they are looked at once. Those on
/// which they may are left out.
pub async fn cannot_act_on(visit: &Visit, ws: &str, pipelines: &[&str]) -> HashMap<String, String> {
    let refusals = visit
        .catalog()
        .known_refusals(visit.scope(), ws, pipelines, Role::Operator)
        .await;
    match refusals {
        Ok(refusals) => refusals
            .into_iter()
            .map(|(name, denied)| (name, access::cannot_act(&denied)))
            .collect(),
        Err(error) => {
            let why = access::cannot_act(&AccessError::from(error));
            let all = pipelines.iter();
            all.map(|name| ((*name).to_owned(), why.clone())).collect()
        }
    }
}
