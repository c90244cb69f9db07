//! Requests that are refused before they reach a page.

use axum::http::StatusCode;

use super::errors::PageText;
use crate::identity::{RequestError, TextError};

const MALFORMED_REQUEST: &str = "Malformed request";

/// Why a request is refused.
pub fn request_error(error: RequestError) -> PageText {
    match error {
        RequestError::Unauthenticated => PageText::fixed(
            "You are not signed in",
            "This console does not know who you are: you have not signed in, or your session has ended. Open the page again to sign in. If that does not help, ask whoever runs the console to look at its log.",
        ),
        RequestError::UntrustedPeer => PageText::fixed(
            "Not through the sign-in proxy",
            "This console can be reached through its sign-in proxy only. Open it at the address your team uses. If you run it: identity.trusted_proxies lists the proxies it accepts requests from.",
        ),
        RequestError::KeysUnavailable => PageText::fixed(
            "Your sign-in cannot be checked",
            "The keys that sign-ins are checked with cannot be reached at the moment. Nothing is wrong with your session: try again in a minute.",
        ),
        RequestError::ForeignHost => PageText::fixed(
            "Not this console's address",
            "This console does not answer under this name. Open it at the address it printed when it started, or add the origin to server.public_origins.",
        ),
        RequestError::MethodNotAllowed => PageText::fixed(
            "Method not allowed",
            "This console accepts GET, HEAD and POST only.",
        ),
        RequestError::NotAForm => PageText::fixed(
            "Not a form",
            "This console accepts forms only: send the content type application/x-www-form-urlencoded.",
        ),
        RequestError::CrossSiteForm => PageText::fixed(
            "Sent from another site",
            "This form was not sent by a page of this console, so nothing was done. Open the console at its own address and send the form from there. If you run the console: the origin that people see must be listed in server.public_origins, exactly.",
        ),
        RequestError::CrossSiteRequest => PageText::fixed(
            "Requested by another site",
            "Another site requested a part of this console. Sites may link to its pages; whether they may show them in a frame is set by embed.frame_ancestors.",
        ),
        RequestError::Text(error) => PageText::fixed("Malformed name", text_error(error)),
        RequestError::HostNotOnce
        | RequestError::AbsoluteTarget
        | RequestError::RepeatedHeader
        | RequestError::AliasedHeader
        | RequestError::HopByHopHeader => PageText::fixed(MALFORMED_REQUEST, malformed_head(error)),
    }
}

fn malformed_head(error: RequestError) -> &'static str {
    match error {
        RequestError::AbsoluteTarget => {
            "A request must ask for a path, and name its host in the Host header."
        }
        RequestError::RepeatedHeader => {
            "A header with the sender's identity occurs more than once. The sign-in proxy must replace what its visitors send."
        }
        RequestError::AliasedHeader => {
            "A header's name can be confused with one that holds the sender's identity. The sign-in proxy must not pass it on."
        }
        RequestError::HopByHopHeader => {
            "The header Connection lists a header with the sender's identity, so a proxy on the way may have removed it."
        }
        _ => "A request must have exactly one Host header.",
    }
}

fn text_error(error: TextError) -> &'static str {
    match error {
        TextError::NotUtf8 => "Your name, e-mail address or groups did not arrive in UTF-8.",
        TextError::Invisible => {
            "Your name, e-mail address or groups contain an invisible character."
        }
        TextError::Comma => "Your name arrived with a comma in it, as if there were two names.",
        TextError::NotAnEmail => "Your e-mail address must have exactly one @ between two parts.",
        TextError::TooLong => "Your name, e-mail address or one of your groups is too long.",
        TextError::TooManyGroups => "You are in more groups than this console accepts.",
    }
}

/// A path that is not below the base path.
pub const OUTSIDE_BASE_PATH: PageText = PageText::fixed(
    "No such page",
    "This console is below another path of this host.",
);

/// Forms of one person beyond the rate limit.
pub const TOO_MANY_FORMS: PageText = PageText::fixed(
    "Too many at once",
    "You have sent more forms in a minute than this console accepts from one person. Nothing was done; send it again in a moment.",
);

/// More requests than the console can serve.
pub const TOO_BUSY: PageText = PageText::fixed(
    "Too busy",
    "This console has more requests than it can serve. Try again in a moment.",
);

/// A response that took too long.
pub const TIMED_OUT: PageText = PageText::fixed(
    "Too slow",
    "This page took too long, so the console gave up. If you sent an action, look at the execution before you send it again.",
);

/// A body that ended early.
pub const MALFORMED_BODY: PageText = PageText::fixed(
    MALFORMED_REQUEST,
    "The request's body ended early or is malformed.",
);

/// A body that took too long to arrive.
pub const BODY_TOO_SLOW: PageText = PageText::fixed(
    "Too slow",
    "The form took too long to arrive. Nothing was done; send it again.",
);

/// A body over the limit, in KiB.
pub fn body_too_large(limit_kib: usize) -> PageText {
    PageText::about(
        "Too large",
        format!("This form is larger than the {limit_kib} KiB that this console accepts."),
    )
}

/// A request whose handler panicked.
pub fn internal_error(request_id: &str) -> PageText {
    PageText::about(
        "Something went wrong here",
        format!(
            "This is an error in the console, not in SageMaker and not your mistake. The console's log has the details, under request {request_id}."
        ),
    )
}

/// A response of the router with a status and nothing else.
pub fn bare_status(status: StatusCode) -> PageText {
    PageText::fixed(
        status.canonical_reason().unwrap_or("Not answered"),
        match status {
            StatusCode::NOT_FOUND => "There is nothing at this address.",
            StatusCode::METHOD_NOT_ALLOWED => "This address does not support this method.",
            StatusCode::BAD_REQUEST => "This address or form is malformed.",
            _ => "This request could not be answered.",
        },
    )
}
