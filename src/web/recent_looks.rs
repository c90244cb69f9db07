//! Polls that need no look at the data: whoever polls an address is answered by the last look at it, while nothing that
//! the catalog holds of it has changed since and that look is young. A thousand readers of a page cost as many looks as one.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;

use super::htmx::HtmxRequest;
use super::live::{AS_OF, POLLING_TAG};
use super::mount::MountContext;
use super::state::AppState;
use crate::access::Scope;

/// How long a look answers other polls. A look also begins what is due to be read from SageMaker, and sees what the
/// catalog does not count (an outage, what the ledger holds): neither waits longer than this.
const LOOK_LIFETIME: Duration = Duration::from_millis(500);
/// The most looks that are kept.
const MAX_LOOKS: usize = 4_096;

/// The last look at each address.
#[derive(Clone, Default)]
pub struct RecentLooks(Arc<Mutex<HashMap<Address, Look>>>);

/// What decides a polled region, besides the data.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Address {
    /// The path and query.
    address: String,
    /// The element that polls.
    target: Option<String>,
    /// What the person may see and do: the same for all to whom the same rules apply through the same groups.
    permissions: u64,
}

/// What a look at the data gave.
struct Look {
    at: Instant,
    /// The catalog's number of changes before it.
    changes: u64,
    tag: HeaderValue,
    as_of: Option<HeaderValue>,
}

impl RecentLooks {
    /// The answer to a poll that shows what the last look gave: nothing new.
    fn answer(
        &self,
        address: &Address,
        shown: &str,
        changes: u64,
        now: Instant,
    ) -> Option<Response> {
        let looks = self.0.lock();
        let look = looks.get(address).filter(|look| {
            look.tag == shown && look.changes == changes && now - look.at < LOOK_LIFETIME
        })?;
        let mut response = StatusCode::NOT_MODIFIED.into_response();
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("HX-Request-Type"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(POLLING_TAG, look.tag.clone());
        if let Some(as_of) = &look.as_of {
            headers.insert(AS_OF, as_of.clone());
        }
        Some(response)
    }

    fn keep(&self, address: Address, changes: u64, given: &HeaderMap, now: Instant) {
        let Some(tag) = given.get(POLLING_TAG).cloned() else {
            return;
        };
        let look = Look {
            at: now,
            changes,
            tag,
            as_of: given.get(AS_OF).cloned(),
        };
        let mut looks = self.0.lock();
        if looks.len() >= MAX_LOOKS {
            looks.retain(|_, look| now - look.at < LOOK_LIFETIME);
        }
        if looks.len() < MAX_LOOKS {
            looks.insert(address, look);
        }
    }
}

/// Answers a poll by the last look where that is possible, else by the handler, whose answer is the next one's look.
pub async fn answer(
    State((state, looks)): State<(AppState, RecentLooks)>,
    request: Request,
    next: Next,
) -> Response {
    let Some((address, shown, about)) = poll(&request) else {
        return next.run(request).await;
    };
    // Before the look: what changes while it lasts is looked at again.
    let catalog = state.catalog();
    let changes = match &about.execution {
        Some(id) => catalog.changes_of_execution(&about.workspace, id),
        None => catalog.changes(&about.workspace),
    };
    let Some(changes) = changes else {
        return next.run(request).await;
    };
    if let Some(response) = looks.answer(&address, &shown, changes, Instant::now()) {
        return response;
    }
    let response = next.run(request).await;
    looks.keep(address, changes, response.headers(), Instant::now());
    response
}

/// What a page is about.
#[derive(Debug, PartialEq, Eq)]
struct About {
    workspace: String,
    /// The ID of the execution, where it is a page of one.
    execution: Option<String>,
}

impl About {
    fn of(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let (workspace, execution) = match parts[..] {
            ["w", workspace, "pipelines", _, "executions", id, ..] => (workspace, Some(id)),
            ["w", workspace, ..] => (workspace, None),
            _ => return None,
        };
        Some(Self {
            workspace: workspace.to_owned(),
            execution: execution.map(str::to_owned),
        })
    }
}

/// The address, the polling tag of what is shown there, and what that is about, of a poll by somebody who is signed in.
fn poll(request: &Request) -> Option<(Address, String, About)> {
    if request.method() != Method::GET {
        return None;
    }
    let mount = request.extensions().get::<MountContext>()?;
    let scope = request.extensions().get::<Scope>()?;
    let htmx = HtmxRequest::read(
        request.headers(),
        &format!("{}{}", mount.base(), mount.address()),
    );
    let shown = htmx.tag.filter(|_| htmx.partial)?;
    let about = About::of(request.uri().path())?;
    let address = Address {
        address: htmx.address,
        target: htmx.target,
        permissions: permissions(scope),
    };
    Some((address, shown, about))
}

fn permissions(scope: &Scope) -> u64 {
    let mut hasher = DefaultHasher::new();
    scope.is_read_only().hash(&mut hasher);
    scope.rules().is_some().hash(&mut hasher);
    for (rule, groups) in scope.rules().into_iter().flatten() {
        // A rule lives as long as the console.
        (Arc::as_ptr(rule), groups).hash(&mut hasher);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(permissions: u64) -> Address {
        Address {
            address: "/w/main/pipelines?q=a".into(),
            target: Some("live".into()),
            permissions,
        }
    }

    #[test]
    fn the_pages_of_an_execution_are_about_it_alone() {
        let about = |path: &str| About::of(path).map(|about| (about.workspace, about.execution));
        let of = |execution: Option<&str>| Some(("main".to_owned(), execution.map(str::to_owned)));
        let base = "/w/main/pipelines/one";
        for (path, expected) in [
            ("/w/main/executions".to_owned(), of(None)),
            (base.to_owned(), of(None)),
            (format!("{base}/executions"), of(None)),
            (format!("{base}/executions/abc"), of(Some("abc"))),
            (
                format!("{base}/executions/abc/steps/Train"),
                of(Some("abc")),
            ),
            ("/activity".to_owned(), None),
        ] {
            assert_eq!(about(&path), expected, "{path}");
        }
    }

    #[test]
    fn a_look_answers_polls_of_the_same_until_something_changes_or_it_is_old() {
        let looks = RecentLooks::default();
        let began = Instant::now();
        let mut given = HeaderMap::new();
        given.insert(POLLING_TAG, HeaderValue::from_static("tag"));
        given.insert(AS_OF, HeaderValue::from_static("2026-01-01T00:00:00Z"));
        looks.keep(address(1), 7, &given, began);
        let soon = began + LOOK_LIFETIME / 2;
        let response = looks.answer(&address(1), "tag", 7, soon).unwrap();
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        for name in [POLLING_TAG, AS_OF] {
            assert_eq!(response.headers().get(&name), given.get(&name));
        }
        for (permissions, shown, changes, now) in [
            (2, "tag", 7, soon),
            (1, "other", 7, soon),
            (1, "tag", 8, soon),
            (1, "tag", 7, began + LOOK_LIFETIME),
        ] {
            let answer = looks.answer(&address(permissions), shown, changes, now);
            assert!(answer.is_none(), "{permissions} {shown} {changes}");
        }
        // A page without a tag is no look.
        looks.keep(address(3), 7, &HeaderMap::new(), began);
        assert!(looks.answer(&address(3), "tag", 7, soon).is_none());
    }
}
