//! Who comes in: every request gets a person and what they may do, or is sent away.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, RETRY_AFTER, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::access::{Person, Policy, RequestOrigin, Scope};
use crate::identity::{
    Identity, OwnNames, Refusal, Unknown, check_form, check_host, check_same_origin,
};
use crate::ledger::{Ledger, RejectedRequest, RejectionDetail, RejectionReason};
use crate::web::mount::MountContext;
use crate::web::{PageText, error_page, unauthenticated_page};

use super::base_path::{OutsideBasePath, Peer};
use super::log::RequestId;
use super::write_rate::WriteRateLimiter;

/// What the door needs to know.
pub(super) struct Auth {
    pub identity: Identity,
    pub policy: Policy,
    pub read_only: bool,
    pub names: OwnNames,
    /// Whether pages may be shown in frames.
    pub embedded: bool,
    pub pace: WriteRateLimiter,
    pub ledger: Ledger,
}

/// Tells who asks. Refuses what no header of may be believed, and whom nobody vouches for.
pub(super) async fn authenticate(
    State(door): State<Arc<Auth>>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut via = via(&request);
    let (uri, headers) = (request.uri(), request.headers());
    let peer = via.peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    if let Err(unknown) = door.identity.check_peer(peer) {
        return door.stranger(unknown, &via, uri.path()).await;
    }
    if let Err(refusal) = door.identity.check_hygiene(uri, headers) {
        let unknown = Turned {
            person: None,
            via: &via,
            path: uri.path(),
        };
        door.write_down(
            unknown,
            RejectionReason::BadRequest,
            sentence(refusal.sentence),
        )
        .await;
        let text = PageText::fixed(refusal.title, refusal.sentence);
        return unauthenticated_page(refusal.status, &text, &via.request_id);
    }
    if door.identity.is_local()
        && let Err(refusal) = check_host(&door.names, uri, headers)
    {
        return refuse(&MountContext::of(&request), refusal);
    }
    match door.identity.who(peer, headers).await {
        Ok(known) => {
            via.client = known.client;
            let scope = door.scope(known.person, via);
            request.extensions_mut().insert(scope);
            next.run(request).await
        }
        Err(unknown) => {
            via.client = door.identity.client(headers);
            door.stranger(unknown, &via, uri.path()).await
        }
    }
}

/// Refuses what was not sent by a page of this console, or too often.
pub(super) async fn check_request_origin(
    State(door): State<Arc<Auth>>,
    request: Request,
    next: Next,
) -> Response {
    let (method, headers) = (request.method(), request.headers());
    let place = MountContext::of(&request);
    // Whoever has come past `authenticate` has one.
    let Some(scope) = request.extensions().get::<Scope>() else {
        return next.run(request).await;
    };
    let turned = Turned {
        person: Some(scope.person()),
        via: scope.via(),
        path: request.uri().path(),
    };
    if let Err(refusal) = check_form(method, headers) {
        door.write_down(turned, RejectionReason::BadRequest, sentence(refusal.title))
            .await;
        return refuse(&place, refusal);
    }
    if let Err(refusal) = check_same_origin(&door.names, method, headers, door.embedded) {
        door.write_down(turned, RejectionReason::CrossSite, Some(sent_from(headers)))
            .await;
        return refuse(&place, refusal);
    }
    if request.extensions().get::<OutsideBasePath>().is_some() {
        return error_page(
            &place,
            StatusCode::NOT_FOUND,
            PageText::fixed(
                "No such page",
                "This console stands below another path of this address.",
            ),
        );
    }
    if *method == Method::POST
        && let Err(wait) = door.pace.take(&scope.person().name, Instant::now())
    {
        door.write_down(turned, RejectionReason::TooOften, None)
            .await;
        return too_often(&place, wait);
    }
    next.run(request).await
}

fn too_often(place: &MountContext, wait: Duration) -> Response {
    let mut response = error_page(
        place,
        StatusCode::TOO_MANY_REQUESTS,
        PageText::fixed(
            "Too many at once",
            "You have sent more forms within a minute than this console takes from one person. Nothing was \
             done; send it again in a moment.",
        ),
    );
    let seconds = HeaderValue::from(wait.as_secs() + 1);
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

/// Whom the door sends away.
#[derive(Clone, Copy)]
struct Turned<'a> {
    person: Option<&'a Person>,
    via: &'a RequestOrigin,
    path: &'a str,
}

impl Auth {
    fn scope(&self, person: Person, via: RequestOrigin) -> Scope {
        if self.identity.is_local() {
            Scope::everything(person, via, self.read_only)
        } else {
            self.policy.scope(person, via)
        }
    }

    /// Sends somebody away whom nobody vouches for.
    async fn stranger(&self, unknown: Unknown, via: &RequestOrigin, path: &str) -> Response {
        let Unknown {
            refusal,
            why,
            is_silent,
        } = unknown;
        let reason = match refusal.status {
            _ if is_silent => RejectionReason::NoIdentity,
            StatusCode::FORBIDDEN => RejectionReason::UntrustedPeer,
            StatusCode::BAD_REQUEST => RejectionReason::BadRequest,
            _ => RejectionReason::BadIdentity,
        };
        let turned = Turned {
            person: None,
            via,
            path,
        };
        self.write_down(turned, reason, sentence(&why)).await;
        let Refusal {
            status,
            title,
            sentence,
        } = refusal;
        let text = PageText::fixed(title, sentence);
        let mut response = unauthenticated_page(status, &text, &via.request_id);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("5");
            response.headers_mut().insert(RETRY_AFTER, soon);
        }
        response
    }

    /// Writes down whom the door sends away, and why.
    async fn write_down(
        &self,
        turned: Turned<'_>,
        reason: RejectionReason,
        detail: Option<RejectionDetail>,
    ) {
        let Turned { person, via, path } = turned;
        let refused = RejectedRequest {
            person,
            origin: via,
            action: None,
            workspace: None,
            pipeline: None,
            target: Some(path),
            reason,
            detail,
        };
        self.ledger.record_rejection(refused).await;
    }
}

fn via(request: &Request) -> RequestOrigin {
    let known = request.extensions();
    RequestOrigin {
        peer: known.get().map(|Peer(address)| *address),
        client: None,
        request_id: known
            .get()
            .map_or_else(String::new, |RequestId(id)| id.clone()),
        user_agent: text(request.headers().get(USER_AGENT)),
    }
}

/// The headers by which a browser names the page that sent a form.
fn sent_from(headers: &HeaderMap) -> RejectionDetail {
    let values = |name: &str| -> Vec<String> {
        let values = headers.get_all(name).iter();
        values.filter_map(|value| text(Some(value))).collect()
    };
    RejectionDetail::SentFrom {
        origin: values("origin"),
        fetch_site: values("sec-fetch-site"),
    }
}

fn sentence(text: &str) -> Option<RejectionDetail> {
    Some(RejectionDetail::Sentence(text.to_owned()))
}

/// A header's value as far as it is worth keeping.
fn text(value: Option<&HeaderValue>) -> Option<String> {
    let text = String::from_utf8_lossy(value?.as_bytes());
    Some(text.chars().take(300).collect())
}

fn refuse(place: &MountContext, refusal: Refusal) -> Response {
    let Refusal {
        status,
        title,
        sentence,
    } = refusal;
    let mut response = error_page(place, status, PageText::fixed(title, sentence));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let known = HeaderValue::from_static("GET, HEAD, POST");
        response.headers_mut().insert(ALLOW, known);
    }
    response
}
