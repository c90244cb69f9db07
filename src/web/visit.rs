//! One request of one person: what a handler reads through and acts through.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;

use super::AppState;
use super::error::error_page;
use super::links::Links;
use super::mount::MountContext;
use crate::access::Scope;
use crate::catalog::Catalog;
use crate::ledger::Ledger;

/// One request of one person.
#[derive(Clone)]
pub struct Visit {
    app: AppState,
    scope: Scope,
    place: MountContext,
}

impl Visit {
    /// The reading side.
    pub fn catalog(&self) -> &Catalog {
        self.app.catalog()
    }

    /// The acting side.
    pub fn ledger(&self) -> &Ledger {
        self.app.ledger()
    }

    /// What the person may see and do.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Where the console stands for them.
    pub fn place(&self) -> &MountContext {
        &self.place
    }

    /// The addresses of a workspace.
    pub fn links(&self, workspace: &str) -> Links {
        Links::new(&self.place, workspace)
    }
}

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let place: MountContext = parts.extensions.get().cloned().unwrap_or_default();
        // The door puts it there; where it did not, nobody is known and nothing is shown.
        let Some(scope) = parts.extensions.get::<Scope>().cloned() else {
            return Err(error_page(
                &place,
                StatusCode::UNAUTHORIZED,
                "Nobody is signed in",
                "This console does not know who asks.",
            ));
        };
        Ok(Self {
            app: AppState::from_ref(state),
            scope,
            place,
        })
    }
}
