//! The headers of well-known proxies.

use std::fmt;
use std::str::FromStr;

use axum::http::HeaderName;

use super::{Algorithm, HeaderMode};

/// A proxy whose headers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// oauth2-proxy in front of the console.
    OAuth2Proxy,
    /// Authelia behind nginx, Traefik, Caddy or another.
    Authelia,
    /// authentik's proxy provider, or its outpost.
    Authentik,
    /// oauth2-proxy's responses to nginx' `auth_request` or Traefik's `forwardAuth`, copied.
    AuthRequest,
    /// vouch-proxy's responses to nginx' `auth_request`, copied. Its groups stand in quotes.
    Vouch,
    /// Google's Identity-Aware Proxy.
    Iap,
    /// Cloudflare Access.
    Cloudflare,
    /// Pomerium, with `pass_identity_headers`.
    Pomerium,
}

/// The defaults that a preset brings.
#[derive(Debug, Clone)]
pub enum PresetDefaults {
    /// For names in headers.
    Header(HeaderMode),
    /// For signed tokens.
    Jwt(JwtDefaults),
}

/// What a preset knows about a proxy's tokens.
#[derive(Debug, Clone)]
pub struct JwtDefaults {
    /// The header that holds the token.
    pub header: HeaderName,
    /// The issuer, if it is the same for all customers.
    pub issuer: Option<&'static str>,
    /// The URL of the keys, if it is the same for all customers.
    pub keys_url: Option<&'static str>,
    /// The algorithms the proxy signs with.
    pub algorithms: Vec<Algorithm>,
    /// The claim with the person's name: their e-mail address, because `sub` is a number nobody knows.
    pub user_claim: &'static str,
    /// The claim with the e-mail address.
    pub email_claim: &'static str,
    /// The claim with the groups.
    pub groups_claim: &'static str,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::OAuth2Proxy,
        Self::Authelia,
        Self::Authentik,
        Self::AuthRequest,
        Self::Vouch,
        Self::Iap,
        Self::Cloudflare,
        Self::Pomerium,
    ];

    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OAuth2Proxy => "oauth2-proxy",
            Self::Authelia => "authelia",
            Self::Authentik => "authentik",
            Self::AuthRequest => "auth-request",
            Self::Vouch => "vouch",
            Self::Iap => "iap",
            Self::Cloudflare => "cloudflare",
            Self::Pomerium => "pomerium",
        }
    }

    /// The defaults it brings, which also show the mode it belongs to.
    pub fn defaults(self) -> PresetDefaults {
        match self {
            Self::OAuth2Proxy => header(
                "x-forwarded-user",
                "x-forwarded-email",
                "x-forwarded-groups",
                ",",
            ),
            Self::Authelia => header("remote-user", "remote-email", "remote-groups", ","),
            Self::Authentik => header(
                "x-authentik-username",
                "x-authentik-email",
                "x-authentik-groups",
                "|",
            ),
            Self::AuthRequest => header(
                "x-auth-request-user",
                "x-auth-request-email",
                "x-auth-request-groups",
                ",",
            ),
            Self::Vouch => PresetDefaults::Header(HeaderMode {
                groups_quoted: true,
                ..header_mode(
                    "x-vouch-user",
                    "x-vouch-idp-claims-email",
                    "x-vouch-idp-claims-groups",
                    ",",
                )
            }),
            Self::Iap => PresetDefaults::Jwt(JwtDefaults {
                issuer: Some("https://cloud.google.com/iap"),
                keys_url: Some("https://www.gstatic.com/iap/verify/public_key-jwk"),
                ..jwt("x-goog-iap-jwt-assertion", Algorithm::Es256)
            }),
            Self::Cloudflare => {
                PresetDefaults::Jwt(jwt("cf-access-jwt-assertion", Algorithm::Rs256))
            }
            Self::Pomerium => {
                PresetDefaults::Jwt(jwt("x-pomerium-jwt-assertion", Algorithm::Es256))
            }
        }
    }
}

fn header(
    user: &'static str,
    email: &'static str,
    groups: &'static str,
    delimiter: &str,
) -> PresetDefaults {
    PresetDefaults::Header(header_mode(user, email, groups, delimiter))
}

fn header_mode(
    user: &'static str,
    email: &'static str,
    groups: &'static str,
    delimiter: &str,
) -> HeaderMode {
    HeaderMode {
        user: HeaderName::from_static(user),
        email: Some(HeaderName::from_static(email)),
        groups: Some(HeaderName::from_static(groups)),
        groups_delimiter: delimiter.to_owned(),
        groups_quoted: false,
        secret: None,
    }
}

fn jwt(header: &'static str, algorithm: Algorithm) -> JwtDefaults {
    JwtDefaults {
        header: HeaderName::from_static(header),
        issuer: None,
        keys_url: None,
        algorithms: vec![algorithm],
        user_claim: "email",
        email_claim: "email",
        groups_claim: "groups",
    }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Preset {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter();
        let mut known = known.filter(|preset| preset.as_str() == text);
        known.next().ok_or(
            "it is not one of oauth2-proxy, authelia, authentik, auth-request, vouch, iap, cloudflare, pomerium",
        )
    }
}
