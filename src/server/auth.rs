//! Authenticates every request and attaches what its person may see and do, or refuses it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::{Person, Policy, RequestOrigin, Scope};
use crate::identity::{
    AuthError, Authenticator, ConsoleOrigins, RequestError, check_form, check_host,
    check_same_origin,
};
use crate::ledger::{CodedDetail, Ledger, RejectedRequest, RejectionDetail, RejectionReason};
use crate::web::mount::MountContext;
use crate::web::{error_page, request_texts, unauthenticated_page};

use super::base_path::{OutsideBasePath, Peer};
use super::log::RequestId;
use super::refused_form::{RefusedForms, refuse};
use super::write_rate::WriteRateLimiter;

/// The characters kept of a header in the audit trail.
const MAX_RECORDED_HEADER_CHARS: usize = 300;

/// What authentication and the checks after it need.
pub(super) struct Auth {
    pub authenticator: Authenticator,
    pub policy: Policy,
    pub read_only: bool,
    pub origins: ConsoleOrigins,
    /// Whether pages may be shown in frames.
    pub embedded: bool,
    pub write_rate: WriteRateLimiter,
    pub ledger: Ledger,
    pub refused_forms: RefusedForms,
}

/// Attaches the [`Scope`] of the person who sent the request. Refuses a request whose headers cannot be
/// trusted, and one that nobody vouches for.
pub(super) async fn authenticate(
    State(auth): State<Arc<Auth>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut origin = request_origin(&request);
    let (uri, headers) = (request.uri(), request.headers());
    let peer = origin.peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if let Err(error) = auth.authenticator.check_peer(peer) {
        return auth
            .refuse_unauthenticated(error, &origin, uri.path())
            .await;
    }
    if let Err(error) = auth.authenticator.check_request_head(uri, headers) {
        let refused = RefusedRequest {
            person: None,
            origin: &origin,
            path: uri.path(),
        };
        auth.record(refused, RejectionReason::BadRequest, Some(code(error)))
            .await;
        let text = request_texts::request_error(error);
        return unauthenticated_page(error.status(), &text, &origin.request_id);
    }
    if auth.authenticator.is_local()
        && let Err(error) = check_host(&auth.origins, uri, headers)
    {
        return refuse(&MountContext::of(&request), error);
    }
    match auth.authenticator.authenticate(peer, headers).await {
        Ok(authenticated) => {
            origin.client = authenticated.client_address;
            let scope = auth.scope(authenticated.person, origin);
            request.extensions_mut().insert(scope);
            next.run(request).await
        }
        Err(error) => {
            origin.client = auth.authenticator.client_address(headers);
            auth.refuse_unauthenticated(error, &origin, uri.path())
                .await
        }
    }
}

/// Refuses what was not sent by a page of this console, or is sent too often.
pub(super) async fn check_request_origin(
    State(auth): State<Arc<Auth>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let mount = MountContext::of(&request);
    // Every request that has passed `authenticate` has one.
    let Some(scope) = request.extensions().get::<Scope>() else {
        return next.run(request).await;
    };
    let refused = RefusedRequest {
        person: Some(scope.person()),
        origin: scope.request_origin(),
        path: request.uri().path(),
    };
    if let Err(error) = check_form(method, headers) {
        auth.record(refused, RejectionReason::BadRequest, Some(code(error)))
            .await;
        return refuse(&mount, error);
    }
    if let Err(error) = check_same_origin(&auth.origins, method, headers, auth.embedded) {
        auth.record(
            refused,
            RejectionReason::CrossSite,
            Some(sender_headers(headers)),
        )
        .await;
        return match *method == Method::POST {
            true => auth.refused_forms.show(error, request).await,
            false => refuse(&mount, error),
        };
    }
    if request.extensions().get::<OutsideBasePath>().is_some() {
        return error_page(
            &mount,
            StatusCode::NOT_FOUND,
            request_texts::OUTSIDE_BASE_PATH,
        );
    }
    if *method == Method::POST
        && let Err(wait) = auth.write_rate.take(&scope.person().name, Instant::now())
    {
        auth.record(refused, RejectionReason::TooOften, None).await;
        return too_often(&mount, wait);
    }
    next.run(request).await
}

fn too_often(mount: &MountContext, wait: Duration) -> Response {
    let mut response = error_page(
        mount,
        StatusCode::TOO_MANY_REQUESTS,
        request_texts::TOO_MANY_FORMS,
    );
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

/// A request that is refused, for the audit trail.
#[derive(Clone, Copy)]
struct RefusedRequest<'a> {
    person: Option<&'a Person>,
    origin: &'a RequestOrigin,
    path: &'a str,
}

impl Auth {
    fn scope(&self, person: Person, origin: RequestOrigin) -> Scope {
        if self.authenticator.is_local() {
            Scope::everything(person, origin, self.read_only)
        } else {
            self.policy.scope(person, origin)
        }
    }

    async fn refuse_unauthenticated(
        &self,
        error: AuthError,
        origin: &RequestOrigin,
        path: &str,
    ) -> Response {
        let AuthError {
            response: shown,
            reason: detail,
            no_credentials,
        } = error;
        let reason = match shown.status() {
            _ if no_credentials => RejectionReason::NoIdentity,
            StatusCode::FORBIDDEN => RejectionReason::UntrustedPeer,
            StatusCode::BAD_REQUEST => RejectionReason::BadRequest,
            _ => RejectionReason::BadIdentity,
        };
        let refused = RefusedRequest {
            person: None,
            origin,
            path,
        };
        self.record(refused, reason, RejectionDetail::coded(&detail))
            .await;
        let (status, text) = (shown.status(), request_texts::request_error(shown));
        let mut response = unauthenticated_page(status, &text, &origin.request_id);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("5");
            response.headers_mut().insert(RETRY_AFTER, soon);
        }
        response
    }

    /// Adds a refused request to the audit trail.
    async fn record(
        &self,
        refused: RefusedRequest<'_>,
        reason: RejectionReason,
        detail: Option<RejectionDetail>,
    ) {
        let RefusedRequest {
            person,
            origin,
            path,
        } = refused;
        let rejected = RejectedRequest {
            person,
            origin,
            action: None,
            workspace: None,
            pipeline: None,
            target: Some(path),
            reason,
            detail,
        };
        self.ledger.record_rejection(rejected).await;
    }
}

fn request_origin(request: &Request) -> RequestOrigin {
    let extensions = request.extensions();
    RequestOrigin {
        peer: extensions.get().map(|Peer(address)| *address),
        client: None,
        request_id: extensions
            .get()
            .map_or_else(String::new, |RequestId(id)| id.clone()),
        user_agent: recorded(request.headers().get(USER_AGENT)),
    }
}

/// The headers in which a browser reports where a form came from.
fn sender_headers(headers: &HeaderMap) -> RejectionDetail {
    let values = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        values.filter_map(|value| recorded(Some(value))).collect()
    };
    RejectionDetail::SentFrom {
        origin: values("origin"),
        fetch_site: values("sec-fetch-site"),
    }
}

fn code(error: RequestError) -> RejectionDetail {
    RejectionDetail::Other(CodedDetail {
        code: error.code().to_owned(),
        values: BTreeMap::new(),
    })
}

/// A header's value, cut for the audit trail.
fn recorded(value: Option<&HeaderValue>) -> Option<String> {
    let text = String::from_utf8_lossy(value?.as_bytes());
    Some(text.chars().take(MAX_RECORDED_HEADER_CHARS).collect())
}
