//! How people are authenticated, as the settings have it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::{HeaderName, Uri};

use super::Network;

/// Everything that decides who a request comes from. The settings are checked where they are read; what
/// is dangerous all the same (no trusted proxy, no load balancer, no algorithm) admits nobody.
#[derive(Debug, Clone)]
pub struct IdentitySettings {
    /// How people are authenticated.
    pub mode: Mode,
    /// The networks that the other end of a connection must be in. Unused in local mode.
    pub trusted_proxies: Vec<Network>,
    /// The header in which proxies report the addresses they were called from, such as `X-Forwarded-For`.
    /// The address is recorded and decides nothing.
    pub client_ip_header: Option<HeaderName>,
}

/// How people are authenticated.
#[derive(Debug, Clone)]
pub enum Mode {
    /// Not at all: one person, on this machine.
    Local,
    /// By names in the headers of a proxy.
    Header(HeaderMode),
    /// By a token that an identity provider or its proxy has signed.
    Jwt(JwtMode),
    /// By the signed claims of an AWS Application Load Balancer.
    Alb(AlbMode),
}

/// The headers in which a proxy sends the identity of a person.
#[derive(Clone)]
pub struct HeaderMode {
    /// The one with the person's name.
    pub user: HeaderName,
    /// The one with their e-mail address.
    pub email: Option<HeaderName>,
    /// The one with their groups.
    pub groups: Option<HeaderName>,
    /// The text between two groups, such as `,` or `|`.
    pub groups_delimiter: String,
    /// Whether each group stands in double quotes.
    pub groups_quoted: bool,
    /// A header and the secret it must hold, which other hosts in the proxy's network do not know.
    pub secret: Option<(HeaderName, Vec<u8>)>,
}

/// The header of a token, and what makes the token valid.
#[derive(Debug, Clone)]
pub struct JwtMode {
    /// The header that holds the token, alone or after `Bearer`.
    pub header: HeaderName,
    /// The required issuer (`iss`).
    pub issuer: String,
    /// The required audience (`aud`).
    pub audience: String,
    /// Where the issuer's public keys are.
    pub keys: KeySource,
    /// The algorithms that the token may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// The claim with the person's name.
    pub user_claim: String,
    /// The claim with their e-mail address, `email` in most tokens.
    pub email_claim: String,
    /// The claim with their groups: a list of strings, or one string with commas.
    pub groups_claim: String,
}

/// Where a set of public keys (a JWKS) is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A URL that [`check_keys_url`] accepts.
    Url(String),
    /// A file, which is read again from time to time.
    File(PathBuf),
}

/// An AWS Application Load Balancer, and its claims about people.
#[derive(Debug, Clone)]
pub struct AlbMode {
    /// Its Region.
    pub region: String,
    /// Its ARN, or those of several: every load balancer of a Region signs with the same keys.
    pub signer_arns: Vec<String>,
    /// The issuer in its authenticate action.
    pub issuer: String,
    /// The client id in its authenticate action.
    pub client_id: String,
    /// The claim with the person's name.
    pub user_claim: String,
    /// The claim with their e-mail address, `email` with most providers.
    pub email_claim: String,
    /// The claim with their groups: a list of strings, or one string with commas.
    pub groups_claim: String,
    /// The URL below which the public keys are, each under its id: [`AlbMode::public_keys`] of the Region,
    /// unless a test serves its own.
    pub keys: String,
}

impl AlbMode {
    /// The URL at which AWS serves the keys of a Region's load balancers.
    pub fn public_keys(region: &str) -> String {
        if region.starts_with("us-gov-") {
            format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
        } else {
            format!("https://public-keys.auth.elb.{region}.amazonaws.com")
        }
    }
}

/// A signature algorithm. Public keys only: with a shared secret, whoever can check a token can also sign
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// ECDSA over P-256 with SHA-256.
    Es256,
    /// ECDSA over P-384 with SHA-384.
    Es384,
    /// ECDSA over P-521 with SHA-512.
    Es512,
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Es256,
        Self::Es384,
        Self::Es512,
        Self::Rs256,
        Self::Rs384,
        Self::Rs512,
        Self::Ps256,
        Self::Ps384,
        Self::Ps512,
        Self::EdDsa,
    ];

    /// Its name in a token.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
            Self::Ps256 => "PS256",
            Self::Ps384 => "PS384",
            Self::Ps512 => "PS512",
            Self::EdDsa => "EdDSA",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter();
        let mut known = known.filter(|algorithm| algorithm.as_str() == text);
        known.next().ok_or(
            "it is not one of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA",
        )
    }
}

/// Checks a URL to fetch keys from. Keys decide who people are, so they come over TLS or from this machine.
///
/// # Errors
/// What is wrong with it, in words that continue "identity.jwt.jwks_url: ".
pub fn check_keys_url(text: &str) -> Result<(), &'static str> {
    let uri: Uri = text.parse().map_err(|_| "it is not a URL")?;
    let authority = uri.authority().ok_or("it is not an absolute URL")?;
    if authority.as_str().contains('@') {
        return Err("it contains a user name or a password");
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(authority.host()) => Ok(()),
        Some("http") => Err("keys are fetched over https, except from this machine"),
        _ => Err("it is not an https URL"),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Debug for HeaderMode {
    /// Everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderMode")
            .field("user", &self.user)
            .field("email", &self.email)
            .field("groups", &self.groups)
            .field("groups_delimiter", &self.groups_delimiter)
            .field("groups_quoted", &self.groups_quoted)
            .field("secret", &self.secret.as_ref().map(|(name, _)| name))
            .finish()
    }
}
