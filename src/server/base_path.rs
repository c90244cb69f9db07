//! What is known of a request before any header is believed: who is at the other end, and where
//! the console stands for them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, Request, Uri};

use crate::web::mount::{EMBED_PARAM, MountContext, THEME_PARAM};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Sent by our own script with what it asks for from inside a frame, which browsers do not tell.
const FRAMED: HeaderName = HeaderName::from_static("sluicegate-framed");

/// Probes ask for these by the listening address, whatever path pages stand below.
const PROBES: [&str; 2] = ["/healthz", "/readyz"];

/// Below which path the console stands, and who takes it away.
#[derive(Debug, Clone, Default)]
pub struct BasePath {
    /// `/sagemaker`, or nothing.
    pub path: Arc<str>,
    /// Whether the proxy takes the path away before it hands requests on.
    pub stripped: bool,
    /// The origins whose pages may show the console in a frame, parted by spaces.
    pub parents: Arc<str>,
}

/// The other end of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// The request asks for something outside of the console's base path.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutsideBasePath;

impl BasePath {
    /// The request as pages know it: its path without the base, its peer and place noted.
    pub(super) fn admit(&self, mut request: Request<Body>, peer: IpAddr) -> Request<Body> {
        if !self.stripped && !self.path.is_empty() {
            match self.below(request.uri()) {
                Some(uri) => *request.uri_mut() = uri,
                None if PROBES.contains(&request.uri().path()) => {}
                None => {
                    request.extensions_mut().insert(OutsideBasePath);
                }
            }
        }
        let place = self.place(request.uri(), request.headers());
        let known = request.extensions_mut();
        known.insert(Peer(peer.to_canonical()));
        known.insert(place);
        request
    }

    /// The address below the base path; `None` where it is not below it.
    fn below(&self, uri: &Uri) -> Option<Uri> {
        let rest = uri.path().strip_prefix(&*self.path)?;
        let rest = match rest {
            "" => "/",
            _ if rest.starts_with('/') => rest,
            _ => return None,
        };
        let target = match uri.query() {
            Some(query) => format!("{rest}?{query}"),
            None => rest.to_owned(),
        };
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
        Uri::from_parts(parts).ok()
    }

    /// Where the console stands for a request of this address below the base.
    fn place(&self, uri: &Uri, headers: &HeaderMap) -> MountContext {
        let place =
            MountContext::at_base(Arc::clone(&self.path)).with_parents(Arc::clone(&self.parents));
        let address = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let query = uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let theme = pairs.clone().find(|(name, _)| name == THEME_PARAM);
        let theme = theme.and_then(|(_, word)| word.parse().ok());
        let place = place.with_address(address).with_theme(theme);
        let says = pairs.any(|(name, value)| name == EMBED_PARAM && value == "1");
        let dest = headers.get(SEC_FETCH_DEST).map(|value| value.as_bytes());
        let told = matches!(dest, Some(b"iframe" | b"frame" | b"embed" | b"object"));
        if says || told || headers.contains_key(FRAMED) {
            place.in_frame(says)
        } else {
            place
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn admitted(base: &BasePath, target: &str) -> Request<Body> {
        let request = Request::get(target).body(Body::empty()).expect("a request");
        base.admit(request, Ipv4Addr::LOCALHOST.into())
    }

    #[test]
    fn only_what_is_below_the_base_is_asked_of_pages() {
        let base = BasePath {
            path: "/tools/ml".into(),
            ..BasePath::default()
        };
        for (target, path) in [
            ("/tools/ml", Some("/")),
            ("/tools/ml/", Some("/")),
            ("/tools/ml?q=1", Some("/?q=1")),
            ("/tools/ml/w/a/pipelines?q=1", Some("/w/a/pipelines?q=1")),
            ("/tools/ml//evil.example", Some("//evil.example")),
            ("/tools/mlx", None),
            ("/tools/ml%2fw", None),
            ("/tools", None),
            ("/", None),
            ("/w/a/pipelines", None),
        ] {
            let request = admitted(&base, target);
            assert_eq!(
                request.extensions().get::<OutsideBasePath>().is_none(),
                path.is_some(),
                "{target}"
            );
            let seen = request.uri().path_and_query().map(PathAndQuery::as_str);
            assert_eq!(seen, path.or(Some(target)), "{target}");
            assert_eq!(MountContext::of(&request).base(), "/tools/ml");
            assert_eq!(MountContext::of(&request).address(), path.unwrap_or(target));
        }
        let probe = admitted(&base, "/healthz");
        assert!(probe.extensions().get::<OutsideBasePath>().is_none());
    }

    #[test]
    fn what_a_proxy_has_stripped_is_taken_as_it_is() {
        let base = BasePath {
            path: "/ml".into(),
            stripped: true,
            ..BasePath::default()
        };
        for target in ["/", "/ml/w/a", "/w/a/pipelines?q=1"] {
            let request = admitted(&base, target);
            assert_eq!(request.uri(), target);
            assert!(request.extensions().get::<OutsideBasePath>().is_none());
            assert_eq!(MountContext::of(&request).base(), "/ml");
        }
    }

    #[test]
    fn a_frame_is_told_by_the_browser_by_the_address_or_by_the_script() {
        let base = BasePath::default();
        let place = |target: &str, headers: &[(&str, &str)]| {
            let mut request = Request::get(target);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).expect("a request");
            let place = MountContext::of(&base.admit(request, Ipv4Addr::LOCALHOST.into()));
            (place.is_framed(), place.repeats_embed_param())
        };
        assert_eq!(place("/", &[]), (false, false));
        assert_eq!(
            place("/", &[("sec-fetch-dest", "document")]),
            (false, false)
        );
        assert_eq!(place("/", &[("sec-fetch-dest", "iframe")]), (true, false));
        assert_eq!(place("/?a=b&embed=1", &[]), (true, true));
        assert_eq!(place("/?embed=2", &[]), (false, false));
        assert_eq!(place("/", &[("sluicegate-framed", "1")]), (true, false));
    }
}
