//! What is known about a request before any header is trusted: the other end of its connection, and the path
//! below which the browser sees the console.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::uri::PathAndQuery;
use axum::http::{HeaderMap, HeaderName, Request, Uri};

use crate::web::mount::{EMBED_PARAM, MountContext, THEME_PARAM};

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Sent by our own script with the requests it makes from inside a frame: browsers do not mark those.
const FRAMED_HEADER: HeaderName = HeaderName::from_static("sluicegate-framed");

/// Probes request these at the listening address, whatever path pages are below.
const PROBE_PATHS: [&str; 2] = ["/healthz", "/readyz"];

/// The path below which the console is mounted, and who strips it.
#[derive(Debug, Clone, Default)]
pub struct BasePath {
    /// `/sagemaker`, or empty.
    pub path: Arc<str>,
    /// Whether the proxy strips the path before it passes requests on.
    pub stripped: bool,
    /// The origins whose pages may show the console in a frame, separated by spaces.
    pub frame_ancestors: Arc<str>,
}

/// The other end of a request's connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub IpAddr);

/// Marks a request for something outside of the console's base path.
#[derive(Debug, Clone, Copy)]
pub(super) struct OutsideBasePath;

impl BasePath {
    /// The request as pages know it: its path without the base path, its peer and mount context attached.
    pub(super) fn strip(&self, mut request: Request<Body>, peer: IpAddr) -> Request<Body> {
        if !self.stripped && !self.path.is_empty() {
            match self.relative(request.uri()) {
                Some(uri) => *request.uri_mut() = uri,
                None if PROBE_PATHS.contains(&request.uri().path()) => {}
                None => {
                    request.extensions_mut().insert(OutsideBasePath);
                }
            }
        }
        let mount = self.mount(request.uri(), request.headers());
        let extensions = request.extensions_mut();
        extensions.insert(Peer(peer.to_canonical()));
        extensions.insert(mount);
        request
    }

    /// The address relative to the base path; `None` outside of it.
    fn relative(&self, uri: &Uri) -> Option<Uri> {
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

    /// How the page at this address (relative to the base path) is mounted and shown.
    fn mount(&self, uri: &Uri, headers: &HeaderMap) -> MountContext {
        let mount = MountContext::at_base(Arc::clone(&self.path))
            .with_parents(Arc::clone(&self.frame_ancestors));
        let address = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let query = uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let theme = pairs.clone().find(|(name, _)| name == THEME_PARAM);
        let theme = theme.and_then(|(_, word)| word.parse().ok());
        let mount = mount.with_address(address).with_theme(theme);
        let embed_requested = pairs.any(|(name, value)| name == EMBED_PARAM && value == "1");
        let dest = headers.get(SEC_FETCH_DEST).map(|value| value.as_bytes());
        let browser_frames = matches!(dest, Some(b"iframe" | b"frame" | b"embed" | b"object"));
        if embed_requested || browser_frames || headers.contains_key(FRAMED_HEADER) {
            mount.in_frame(embed_requested)
        } else {
            mount
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn stripped(base: &BasePath, target: &str) -> Request<Body> {
        let request = Request::get(target).body(Body::empty()).expect("a request");
        base.strip(request, Ipv4Addr::LOCALHOST.into())
    }

    #[test]
    fn only_addresses_below_the_base_path_reach_pages() {
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
            let request = stripped(&base, target);
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
        let probe = stripped(&base, "/healthz");
        assert!(probe.extensions().get::<OutsideBasePath>().is_none());
    }

    #[test]
    fn a_path_that_the_proxy_has_stripped_is_left_alone() {
        let base = BasePath {
            path: "/ml".into(),
            stripped: true,
            ..BasePath::default()
        };
        for target in ["/", "/ml/w/a", "/w/a/pipelines?q=1"] {
            let request = stripped(&base, target);
            assert_eq!(request.uri(), target);
            assert!(request.extensions().get::<OutsideBasePath>().is_none());
            assert_eq!(MountContext::of(&request).base(), "/ml");
        }
    }

    #[test]
    fn a_frame_is_recognized_by_the_browsers_header_the_address_or_our_script() {
        let base = BasePath::default();
        let framing = |target: &str, headers: &[(&str, &str)]| {
            let mut request = Request::get(target);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::empty()).expect("a request");
            let mount = MountContext::of(&base.strip(request, Ipv4Addr::LOCALHOST.into()));
            (mount.is_framed(), mount.repeats_embed_param())
        };
        assert_eq!(framing("/", &[]), (false, false));
        assert_eq!(
            framing("/", &[("sec-fetch-dest", "document")]),
            (false, false)
        );
        assert_eq!(framing("/", &[("sec-fetch-dest", "iframe")]), (true, false));
        assert_eq!(framing("/?a=b&embed=1", &[]), (true, true));
        assert_eq!(framing("/?embed=2", &[]), (false, false));
        assert_eq!(framing("/", &[("sluicegate-framed", "1")]), (true, false));
    }
}
