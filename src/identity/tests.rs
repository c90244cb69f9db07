pub(super) mod fixtures;
mod hostile;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};

use super::*;

fn origins() -> ConsoleOrigins {
    let public = ["https://ml.example.com", "https://portal.example.com:8443"]
        .map(|origin| origin.parse().expect("an origin"));
    ConsoleOrigins::local("127.0.0.1:8080".parse().expect("an address"), &public)
}

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).expect("a name"),
            HeaderValue::from_bytes(value.as_bytes()).expect("a value"),
        );
    }
    headers
}

#[test]
fn origins_are_exact() {
    for (text, normal) in [
        ("https://ml.example.com", "https://ml.example.com"),
        ("https://ml.example.com:443", "https://ml.example.com"),
        ("HTTPS://ML.Example.com:8443", "https://ml.example.com:8443"),
        ("http://localhost:9000", "http://localhost:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("https://a_b.example", "https://a_b.example"),
    ] {
        let origin: Origin = text.parse().expect(text);
        assert_eq!(origin.to_string(), normal);
    }
    for wrong in [
        "",
        "null",
        "*",
        "ml.example.com",
        "https://",
        "https://*.example.com",
        "https://ml.example.com/",
        "https://ml.example.com/console",
        "https://ml.example.com?x",
        "https://me@ml.example.com",
        "https://ml.example.com:",
        "https://ml.example.com:+443",
        "https://ml.example.com:99999",
        "https://ml..example.com",
        "https://ml example.com",
        "https://bücher.example",
        "https://[::1",
        "https://[zz]",
        "https://[::1]x",
        "ftp://ml.example.com",
        "javascript://ml.example.com",
    ] {
        assert!(wrong.parse::<Origin>().is_err(), "{wrong} was accepted");
    }
}

#[test]
fn only_own_hosts_are_answered() {
    let origins = origins();
    for host in [
        "127.0.0.1:8080",
        "localhost:8080",
        "LOCALHOST:8080",
        "[::1]:8080",
        "ml.example.com",
        "ml.example.com:443",
        "portal.example.com:8443",
    ] {
        let headers = headers(&[("host", host)]);
        assert_eq!(
            check_host(&origins, &Uri::from_static("/"), &headers),
            Ok(()),
            "{host}"
        );
    }
    for host in [
        "127.0.0.1",
        "localhost",
        "localhost:8081",
        "localhost.:8080",
        "localhost:8080:8080",
        "127.0.0.2:8080",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example:8080",
        "ml.example.com:80",
        "ml.example.com.evil.example",
        "portal.example.com",
        "user@localhost:8080",
        "localhost:8080/",
        "localhost:8080, evil.example",
        "[::2]:8080",
    ] {
        let headers = headers(&[("host", host)]);
        let error = check_host(&origins, &Uri::from_static("/"), &headers).expect_err(host);
        assert_eq!(error.status(), StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
}

#[test]
fn a_host_occurs_exactly_once() {
    let origins = origins();
    for pairs in [
        &[][..],
        &[("host", "")],
        &[("host", "localhost:8080"), ("host", "localhost:8080")],
        &[("host", "localhost:8080"), ("host", "evil.example")],
        &[("host", "löcalhost:8080")],
    ] {
        let error = check_host(&origins, &Uri::from_static("/"), &headers(pairs));
        assert_eq!(
            error.map_err(|error| error.status()),
            Err(StatusCode::BAD_REQUEST),
            "{pairs:?}"
        );
    }
}

#[test]
fn an_absolute_url_as_target_must_be_this_consoles() {
    let origins = origins();
    let own = headers(&[("host", "localhost:8080")]);
    assert!(check_host(&origins, &Uri::from_static("http://localhost:8080/"), &own).is_ok());
    assert!(check_host(&origins, &Uri::from_static("http://evil.example/"), &own).is_err());
    let foreign = headers(&[("host", "evil.example")]);
    assert!(
        check_host(
            &origins,
            &Uri::from_static("http://localhost:8080/"),
            &foreign
        )
        .is_err()
    );
}

#[test]
fn origins_follow_the_real_address() {
    let origins = ConsoleOrigins::local("127.0.0.5:80".parse().expect("an address"), &[]);
    for host in ["127.0.0.5", "127.0.0.5:80", "localhost", "127.0.0.1"] {
        assert!(origins.has_host(host), "{host}");
    }
    let origins = ConsoleOrigins::local("[::1]:4444".parse().expect("an address"), &[]);
    assert!(origins.has_origin("http://[::1]:4444"));
    assert!(!origins.has_origin("http://[::1]"));
}

#[test]
fn writes_come_from_own_pages() {
    let origins = origins();
    let post =
        |pairs: &[(&str, &str)]| check_same_origin(&origins, &Method::POST, &headers(pairs), true);
    for pairs in [
        &[("origin", "http://127.0.0.1:8080")][..],
        &[
            ("origin", "http://localhost:8080"),
            ("sec-fetch-site", "same-origin"),
        ],
        &[
            ("origin", "https://ml.example.com"),
            ("sec-fetch-site", "none"),
        ],
        &[("origin", "https://portal.example.com:8443")],
    ] {
        assert_eq!(post(pairs), Ok(()), "{pairs:?}");
    }
    for pairs in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://ml.example.com")],
        &[("origin", "https://ml.example.com.evil.example")],
        &[("origin", "http://localhost:8081")],
        &[("origin", "https://localhost:8080")],
        &[("origin", "http://localhost:8080/")],
        &[
            ("origin", "http://localhost:8080"),
            ("origin", "http://localhost:8080"),
        ],
        &[
            ("origin", "http://localhost:8080"),
            ("sec-fetch-site", "cross-site"),
        ],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "Same-Origin")],
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        assert_eq!(
            post(pairs).map_err(|error| error.status()),
            Err(StatusCode::FORBIDDEN),
            "{pairs:?}"
        );
    }
}

#[test]
fn a_withheld_origin_is_accepted_only_where_the_browser_vouches_for_the_site() {
    let origins = origins();
    let post =
        |pairs: &[(&str, &str)]| check_same_origin(&origins, &Method::POST, &headers(pairs), true);
    let null = ("origin", "null");
    assert_eq!(post(&[null, ("sec-fetch-site", "same-origin")]), Ok(()));
    for (pairs, error) in [
        (&[null][..], RequestError::WithheldOrigin),
        (
            &[null, ("sec-fetch-site", "none")],
            RequestError::WithheldOrigin,
        ),
        (
            &[null, ("sec-fetch-site", "same-site")],
            RequestError::WithheldOrigin,
        ),
        (
            &[null, ("sec-fetch-site", "cross-site")],
            RequestError::WithheldOrigin,
        ),
        (
            &[null, ("sec-fetch-site", "Same-Origin")],
            RequestError::WithheldOrigin,
        ),
        (&[], RequestError::WithheldOrigin),
        (
            &[("sec-fetch-site", "same-origin")],
            RequestError::WithheldOrigin,
        ),
        (
            &[null, null, ("sec-fetch-site", "same-origin")],
            RequestError::CrossSiteForm,
        ),
        (
            &[("origin", "NULL"), ("sec-fetch-site", "same-origin")],
            RequestError::CrossSiteForm,
        ),
    ] {
        assert_eq!(post(pairs), Err(error), "{pairs:?}");
    }
}

#[test]
fn behind_a_proxy_only_the_public_origins_count() {
    let origins = ConsoleOrigins::public(&["https://ml.example.com".parse().expect("an origin")]);
    let post = |origin: &str| {
        let headers = headers(&[("origin", origin), ("host", "127.0.0.1:8080")]);
        check_same_origin(&origins, &Method::POST, &headers, false)
    };
    assert_eq!(post("https://ml.example.com"), Ok(()));
    for origin in [
        "http://127.0.0.1:8080",
        "http://localhost:8080",
        "https://ml.example.com:8443",
    ] {
        assert!(post(origin).is_err(), "{origin}");
    }
}

#[test]
fn other_sites_may_link_to_pages_and_request_nothing_else() {
    let get = |pairs: &[(&str, &str)], embedded| {
        let headers = headers(pairs);
        check_same_origin(&origins(), &Method::GET, &headers, embedded).is_ok()
    };
    let navigation = |site, dest| {
        [
            ("sec-fetch-site", site),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", dest),
        ]
    };
    assert!(get(&[], false));
    assert!(get(&[("origin", "https://evil.example")], false));
    for site in ["cross-site", "same-site"] {
        assert!(get(&navigation(site, "document"), false));
        assert!(!get(&navigation(site, "iframe"), false));
        assert!(get(&navigation(site, "iframe"), true));
        assert!(!get(&navigation(site, "object"), true));
        assert!(!get(&[("sec-fetch-site", site)], true));
        for mode in ["no-cors", "cors", "same-origin", "websocket"] {
            let parts = [
                ("sec-fetch-site", site),
                ("sec-fetch-mode", mode),
                ("sec-fetch-dest", "empty"),
            ];
            assert!(!get(&parts, true), "{site} {mode}");
        }
    }
    assert!(get(
        &[
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "cors")
        ],
        false
    ));
    let other_site = headers(&[("origin", "https://evil.example")]);
    assert!(check_same_origin(&origins(), &Method::DELETE, &other_site, true).is_err());
}

#[test]
fn only_forms_are_accepted() {
    for (method, content_type, status) in [
        (Method::GET, None, None),
        (Method::HEAD, None, None),
        (Method::GET, Some("application/json"), None),
        (
            Method::POST,
            Some("application/x-www-form-urlencoded"),
            None,
        ),
        (
            Method::POST,
            Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8"),
            None,
        ),
        (Method::POST, None, Some(415)),
        (Method::POST, Some(""), Some(415)),
        (Method::POST, Some("application/json"), Some(415)),
        (Method::POST, Some("text/plain"), Some(415)),
        (
            Method::POST,
            Some("multipart/form-data; boundary=x"),
            Some(415),
        ),
        (
            Method::POST,
            Some("application/x-www-form-urlencodedx"),
            Some(415),
        ),
        (
            Method::PUT,
            Some("application/x-www-form-urlencoded"),
            Some(405),
        ),
        (Method::OPTIONS, None, Some(405)),
        (Method::TRACE, None, Some(405)),
        (
            Method::from_bytes(b"get").expect("a method"),
            None,
            Some(405),
        ),
    ] {
        let headers =
            content_type.map_or_else(HeaderMap::new, |text| headers(&[("content-type", text)]));
        let checked = check_form(&method, &headers).map_err(|error| error.status().as_u16());
        assert_eq!(checked.err(), status, "{method} {content_type:?}");
    }
}
