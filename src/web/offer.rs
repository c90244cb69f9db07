//! Whether what a page offers is for the person who looks.

use super::needs::sentence;
use super::visit::Visit;
use crate::access::Role;
use crate::catalog::Denied;

/// Why the person may not act on a pipeline, in a sentence; `None` where they may, as far as is
/// known: what they do is decided anew.
pub async fn refused(visit: &Visit, ws: &str, pipeline: &str) -> Option<String> {
    let catalog = visit.catalog();
    let standing = catalog
        .standing(visit.scope(), ws, pipeline, Role::Operator)
        .await;
    match standing {
        Ok(_) => None,
        Err(Denied::Forbidden(missed)) => Some(sentence(&missed)),
        Err(Denied::ReadError(_)) => {
            Some("It cannot be told at this moment what you may do here.".to_owned())
        }
    }
}
