//! Where the console stands for the browser that asks: below which path, and whether in a frame.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;

/// The parameter that tells that a page is shown inside another, where the browser does not.
pub const EMBED: &str = "embed";

/// Where the console stands for one request.
#[derive(Debug, Clone, Default)]
pub struct Place {
    base: Arc<str>,
    parents: Arc<str>,
    framed: bool,
    kept: bool,
}

impl Place {
    /// Below `base` (`/sagemaker`, or nothing), not in a frame.
    pub fn below(base: impl Into<Arc<str>>) -> Self {
        Self {
            base: base.into(),
            ..Self::default()
        }
    }

    /// The same, where pages of these origins may show the console in a frame: `'self'` and exact
    /// origins, parted by spaces.
    pub fn with_parents(self, parents: impl Into<Arc<str>>) -> Self {
        Self {
            parents: parents.into(),
            ..self
        }
    }

    /// The same in a frame; `kept` where every address must say so because the browser does not.
    pub fn in_frame(self, kept: bool) -> Self {
        Self {
            framed: true,
            kept,
            ..self
        }
    }

    /// The place of this request; what passes no door is at the root.
    pub fn of(request: &Request) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The path everything stands below: `/sagemaker`, or nothing.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The origins whose pages may show the console in a frame, parted by spaces.
    pub fn parents(&self) -> &str {
        &self.parents
    }

    /// Whether the page is shown inside another.
    pub fn is_framed(&self) -> bool {
        self.framed
    }

    /// Whether every address must say that it is.
    pub fn keeps_frame(&self) -> bool {
        self.kept
    }
}

impl<S: Sync> FromRequestParts<S> for Place {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}
