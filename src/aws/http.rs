//! The HTTP client below the SDK.

use std::net::IpAddr;

use aws_sdk_sagemaker::config::SharedHttpClient;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};
use hyper::Uri;

/// A connection pool, through the proxy that the environment names, or straight.
pub(super) fn client(proxied: bool) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector =
            ConnectorBuilder::default().tls_provider(Provider::Rustls(CryptoMode::AwsLc));
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(|components| components.sleep_impl()));
        connector.set_proxy_config(Some(if proxied {
            ProxyConfig::from_env()
        } else {
            ProxyConfig::disabled()
        }));
        connector.build()
    })
}

/// Whether a URL points at this machine, which no proxy can reach.
pub(super) fn is_loopback(url: &str) -> bool {
    let Ok(url) = url.parse::<Uri>() else {
        return false;
    };
    let Some(host) = url.scheme().and_then(|_| url.host()) else {
        return false;
    };
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn loopback_urls_are_recognised() {
        for url in [
            "http://127.0.0.1:9000",
            "http://localhost:9000/x",
            "https://[::1]:9000",
            "http://LOCALHOST",
            "http://key:secret@127.0.0.2/",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://api.sagemaker.eu-central-1.amazonaws.com",
            "http://localhost.example.org",
            "http://10.0.0.1:9000",
            "http://[2001:db8::1]/",
            "http://127.0.0.1.example.org/",
            "http://127.0.0.1@example.org/",
            "127.0.0.1",
            "",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
