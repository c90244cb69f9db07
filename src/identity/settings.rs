//! How people are known, as the settings say it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;

use axum::http::{HeaderName, Uri};

use super::Network;

/// Everything that decides who a request comes from. The settings are checked where they are read;
/// what is dangerous all the same (no trusted proxy, no load balancer, no algorithm) lets nobody in.
#[derive(Debug, Clone)]
pub struct IdentitySettings {
    /// What people are known by.
    pub mode: Mode,
    /// Whose word is taken: the networks the other end of a connection must be in. Not asked in
    /// local mode.
    pub trusted_proxies: Vec<Network>,
    /// The header in which the proxies tell the addresses they were called from, such as
    /// `X-Forwarded-For`. It is written down and decides nothing.
    pub client_ip_header: Option<HeaderName>,
}

/// What people are known by.
#[derive(Debug, Clone)]
pub enum Mode {
    /// Nobody asks: one person, on this machine.
    Local,
    /// Names in the headers of a proxy.
    Header(HeaderMode),
    /// A token that an identity provider or its proxy has signed.
    Jwt(JwtMode),
    /// The signed claims of an AWS Application Load Balancer.
    Alb(AlbMode),
}

/// The headers in which a proxy tells who asks.
#[derive(Clone)]
pub struct HeaderMode {
    /// The one with the person's name.
    pub user: HeaderName,
    /// The one with their e-mail address.
    pub email: Option<HeaderName>,
    /// The one with their groups.
    pub groups: Option<HeaderName>,
    /// What stands between two groups, such as `,` or `|`.
    pub groups_delimiter: String,
    /// A header, and the secret that must stand in it: what a neighbour of the proxy does not know.
    pub secret: Option<(HeaderName, Vec<u8>)>,
}

/// Where a token stands, and what makes it good.
#[derive(Debug, Clone)]
pub struct JwtMode {
    /// The header that holds the token, alone or after `Bearer`.
    pub header: HeaderName,
    /// Who must have issued it (`iss`).
    pub issuer: String,
    /// Whom it must be meant for (`aud`).
    pub audience: String,
    /// Where the issuer's public keys are.
    pub keys: KeySource,
    /// The algorithms it may be signed with.
    pub algorithms: Vec<Algorithm>,
    /// The claim with the person's name.
    pub user_claim: String,
    /// The claim with their e-mail address, `email` in most tokens.
    pub email_claim: String,
    /// The claim with their groups: a list of texts, or one text with commas.
    pub groups_claim: String,
}

/// Where a set of public keys (a JWKS) is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeySource {
    /// An address that [`check_keys_url`] finds nothing wrong with.
    Url(String),
    /// A file. It is read again when it changes.
    File(PathBuf),
}

/// An AWS Application Load Balancer, and what it says of people.
#[derive(Debug, Clone)]
pub struct AlbMode {
    /// Its region.
    pub region: String,
    /// Its ARN, or those of several: anyone's load balancer signs with the same keys.
    pub signer_arns: Vec<String>,
    /// The issuer its rule names.
    pub issuer: String,
    /// The client id its rule names.
    pub client_id: String,
    /// The claim with the person's name.
    pub user_claim: String,
    /// The claim with their e-mail address, `email` with most providers.
    pub email_claim: String,
    /// The claim with their groups: a list of texts, or one text with commas.
    pub groups_claim: String,
    /// The address below which the public keys are, each under its name:
    /// [`AlbMode::public_keys`] of the region, unless a test serves its own.
    pub keys: String,
}

impl AlbMode {
    /// Where AWS serves the keys of a region's load balancers.
    pub fn public_keys(region: &str) -> String {
        if region.starts_with("us-gov-") {
            format!("https://s3-{region}.amazonaws.com/aws-elb-public-keys-prod-{region}")
        } else {
            format!("https://public-keys.auth.elb.{region}.amazonaws.com")
        }
    }
}

/// A way to sign a token. Public keys only: with a shared secret, whoever can check could also sign.
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
            "it is none of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA",
        )
    }
}

/// Says what is wrong with an address to fetch keys from. Keys decide who people are, so they come
/// over TLS, or from this machine.
///
/// # Errors
/// In words that continue "identity.jwt.jwks_url: ".
pub fn check_keys_url(text: &str) -> Result<(), &'static str> {
    let uri: Uri = text.parse().map_err(|_| "it is no address")?;
    let authority = uri.authority().ok_or("it is no whole address")?;
    if authority.as_str().contains('@') {
        return Err("it holds a name or a password");
    }
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(authority.host()) => Ok(()),
        Some("http") => Err("keys are fetched over https, except from this machine itself"),
        _ => Err("it is no https address"),
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
            .field("secret", &self.secret.as_ref().map(|(name, _)| name))
            .finish()
    }
}
