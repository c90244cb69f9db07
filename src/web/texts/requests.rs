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
            "You have not signed in, or your session has ended. Open the page again to sign in. If that does not help, ask the console's owner to check its log.",
        ),
        RequestError::UntrustedPeer => PageText::fixed(
            "Not through the sign-in proxy",
            "This console accepts requests from its sign-in proxy only. Open it at the address that your team uses. If you run it: identity.trusted_proxies lists the proxies it accepts.",
        ),
        RequestError::KeysUnavailable => PageText::fixed(
            "Your sign-in cannot be verified",
            "The console cannot load the keys that it verifies sign-ins with. Your session is fine; try again in a minute.",
        ),
        RequestError::ForeignHost => PageText::fixed(
            "Unknown host name",
            "This console does not serve this host name. Open it at the address it printed when it started, or add the origin to server.public_origins.",
        ),
        RequestError::MethodNotAllowed => PageText::fixed(
            "Method not allowed",
            "This console accepts GET, HEAD and POST only.",
        ),
        RequestError::NotAForm => PageText::fixed(
            "Unsupported content type",
            "This console accepts forms only: use the content type application/x-www-form-urlencoded.",
        ),
        RequestError::CrossSiteForm => PageText::fixed(
            "Sent from another site",
            "This form was not sent by a page of this console, so nothing was done. Open the console at its own address and send the form from there. If you run the console: server.public_origins must list exactly the origin that browsers use.",
        ),
        RequestError::WithheldOrigin => PageText::fixed(
            "Sender not known",
            "It is not known which page sent this form (its Origin header is null or missing), so nothing was done. Open the console at its own address in a current browser and send the form from there. If you run the console: a proxy that removes Origin or adds Referrer-Policy: no-referrer has this effect, and so has a frame with a sandbox that lacks allow-same-origin.",
        ),
        RequestError::CrossSiteRequest => PageText::fixed(
            "Requested by another site",
            "Another site requested part of this console. Sites may link to its pages; embed.frame_ancestors lists those that may show them in a frame.",
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
            "A request must name a path, and its host in the Host header."
        }
        RequestError::RepeatedHeader => {
            "A header with the sender's identity occurs more than once. The sign-in proxy must remove such headers from what browsers send."
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
        TextError::Comma => "Your name contains a comma, as if it were two names.",
        TextError::NotAnEmail => "Your e-mail address must have exactly one @ between two parts.",
        TextError::TooLong => "Your name, e-mail address or one of your groups is too long.",
        TextError::TooManyGroups => "You are in more groups than this console accepts.",
        TextError::Unquoted => {
            "Your groups did not arrive as a list of names in double quotes, as this console's settings expect."
        }
    }
}

/// A path that is not below the base path.
pub const OUTSIDE_BASE_PATH: PageText = PageText::fixed(
    "Page not found",
    "This console is at another path of this host.",
);

/// Forms of one person beyond the rate limit.
pub const TOO_MANY_FORMS: PageText = PageText::fixed(
    "Too many requests",
    "You have sent more forms within a minute than this console accepts from one person. Nothing was done; send this one again in a moment.",
);

/// More requests than the console can serve.
pub const TOO_BUSY: PageText = PageText::fixed(
    "Too busy",
    "This console is handling too many requests. Try again in a moment.",
);

/// A response that took too long.
pub const TIMED_OUT: PageText = PageText::fixed(
    "Timed out",
    "This page took too long. If you sent an action, check the execution before you send it again.",
);

/// A body that ended early.
pub const MALFORMED_BODY: PageText = PageText::fixed(
    MALFORMED_REQUEST,
    "The request's body ended early or is malformed.",
);

/// A body that took too long to arrive.
pub const BODY_TOO_SLOW: PageText = PageText::fixed(
    "Timed out",
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
        "Something went wrong",
        format!(
            "This is an error in the console, not in SageMaker, and not your mistake. The console's log has the details for request {request_id}."
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
