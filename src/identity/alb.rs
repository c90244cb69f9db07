//! People known by the signed claims of an AWS Application Load Balancer.

use axum::http::{HeaderMap, HeaderName};

use super::{AlbMode, Unknown};
use crate::access::Person;

/// The header that holds the claims.
pub(super) const DATA: HeaderName = HeaderName::from_static("x-amzn-oidc-data");

pub(super) struct Alb {
    mode: AlbMode,
}

impl Alb {
    pub(super) fn new(mode: AlbMode) -> Self {
        Self { mode }
    }

    pub(super) async fn who(&self, _headers: &HeaderMap) -> Result<Person, Unknown> {
        Err(Unknown::undecided(format!(
            "{DATA} of {} is not read yet",
            self.mode.region
        )))
    }
}
