//! Whether a page offers its actions to the person who looks at it.

use super::texts::access;
use super::visit::Visit;
use crate::access::Role;

/// Why the person may not act on a pipeline; `None` where they may. What they then do is authorized
/// again.
pub async fn cannot_act(visit: &Visit, ws: &str, pipeline: &str) -> Option<String> {
    let grant = visit
        .catalog()
        .known_grant(visit.scope(), ws, pipeline, Role::Operator)
        .await;
    grant.err().map(|denied| access::cannot_act(&denied))
}
