//! People known by the signed claims of an AWS Application Load Balancer.
//!
//! Its token differs from the standard's: the parts are padded Base64, the signature covers the padding,
//! there is no audience, and what must be compared is in the header. Every load balancer of a Region signs
//! with the same keys, so that only `signer` distinguishes ours from anybody else's.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html>

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName};
use parking_lot::Mutex;

use super::clock::Clock;
use super::header::single;
use super::keys::{CacheTimes, Cached, Fetcher, KeyError};
use super::token::{ClaimNames, JsonObject, Key, Token, TokenEncoding, quoted};
use super::token::{check_expiry, check_text, check_times, person};
use super::{AlbMode, Algorithm, AuthError, AuthReason};
use crate::access::{Person, Source};

/// The header that holds the claims. Those beside it, `x-amzn-oidc-identity` and
/// `x-amzn-oidc-accesstoken`, are not signed by the load balancer and never trusted.
pub(super) const CLAIMS_HEADER: HeaderName = HeaderName::from_static("x-amzn-oidc-data");

/// The keys kept at once.
const MAX_CACHED_KEYS: usize = 16;

/// How long a key is used before it is fetched again, and at most.
const KEY_CACHE_TIMES: CacheTimes = CacheTimes {
    fresh_for: Duration::from_secs(300),
    usable_for: Duration::from_secs(3600),
    refresh_interval: Duration::from_secs(10),
};

/// The least time between fetching two keys that are not known.
const UNKNOWN_KEY_INTERVAL: Duration = Duration::from_secs(1);

/// Checks the tokens of load balancers.
pub(super) struct Alb {
    mode: AlbMode,
    clock: Clock,
    fetcher: Fetcher,
    /// By their ids, the most recently used last.
    keys: Mutex<Vec<(String, Arc<Cached<Key>>)>>,
    /// When a key that was not known was last fetched.
    last_unknown_key: Mutex<Option<Instant>>,
}

impl Alb {
    /// Fetches no keys yet.
    pub(super) fn new(mode: AlbMode, clock: Clock) -> Self {
        Self {
            mode,
            clock,
            fetcher: Fetcher::default(),
            keys: Mutex::default(),
            last_unknown_key: Mutex::default(),
        }
    }

    /// The person in the claims of these headers.
    pub(super) async fn authenticate(&self, headers: &HeaderMap) -> Result<Person, AuthError> {
        let data = single(headers, &CLAIMS_HEADER)?.unwrap_or_default();
        if data.is_empty() {
            return Err(AuthError::no_credentials(&CLAIMS_HEADER));
        }
        let token =
            Token::parse(data, TokenEncoding::Padded).map_err(AuthError::unauthenticated)?;
        let kid = self
            .check_header(&token)
            .map_err(AuthError::unauthenticated)?;
        let key = self.key(kid).await.map_err(|error| match error {
            KeyError::NotFound(reason) => AuthError::unauthenticated(reason),
            KeyError::Unavailable(reason) => AuthError::keys_unavailable(reason),
        })?;
        self.person(&token, &key)
            .map_err(AuthError::unauthenticated)
    }

    /// Compares everything in the header before a key is fetched; returns the key's id.
    fn check_header<'t>(&self, token: &'t Token<'_>) -> Result<&'t str, AuthReason> {
        token.algorithm(&[Algorithm::Es256])?;
        let signer = token.header.text("signer")?.unwrap_or_default();
        if !self.mode.signer_arns.iter().any(|arn| arn == signer) || signer.is_empty() {
            let signer = quoted(signer);
            return Err(AuthReason::TokenSigner { signer });
        }
        check_text(&token.header, "iss", &self.mode.issuer)?;
        check_text(&token.header, "client", &self.mode.client_id)?;
        check_expiry(&token.header, self.clock.unix())?;
        let kid = token.kid()?.ok_or(AuthReason::TokenKeyIdMissing)?;
        if is_kid(kid) {
            Ok(kid)
        } else {
            Err(AuthReason::TokenKeyIdForm)
        }
    }

    fn person(&self, token: &Token<'_>, key: &Key) -> Result<Person, AuthReason> {
        let claims: JsonObject = token.claims(std::iter::once(key), Algorithm::Es256)?;
        // The load balancer's expiry is in the header; the claims may have the provider's own.
        if claims.get("exp").is_some() {
            check_times(&claims, self.clock.unix())?;
        }
        let names = ClaimNames {
            user: &self.mode.user_claim,
            email: &self.mode.email_claim,
            groups: &self.mode.groups_claim,
        };
        person(&claims, names, Source::Alb)
    }

    async fn key(&self, kid: &str) -> Result<Arc<Key>, KeyError> {
        let cached = self.cached(kid);
        cached.get(|_| true, self.fetch(kid, &cached)).await
    }

    async fn fetch(&self, kid: &str, cached: &Cached<Key>) -> Result<Key, KeyError> {
        if cached.is_empty() && !self.may_fetch_unknown_key() {
            return Err(KeyError::Unavailable(AuthReason::TooManyUnknownKeys));
        }
        let url = format!("{}/{kid}", self.mode.keys.trim_end_matches('/'));
        let pem = self.fetcher.get(&url).await?;
        Key::from_pem(&pem).map_err(KeyError::Unavailable)
    }

    /// The cache entry of a key. When there are too many, one whose key never came is dropped, else the
    /// least recently used.
    fn cached(&self, kid: &str) -> Arc<Cached<Key>> {
        let mut keys = self.keys.lock();
        let cached = match keys.iter().position(|(known, _)| known == kid) {
            Some(at) => keys.remove(at).1,
            None => Arc::new(Cached::new(self.clock.clone(), KEY_CACHE_TIMES)),
        };
        if keys.len() == MAX_CACHED_KEYS {
            let empty = keys.iter().position(|(_, cached)| cached.is_empty());
            keys.remove(empty.unwrap_or(0));
        }
        keys.push((kid.to_owned(), Arc::clone(&cached)));
        cached
    }

    fn may_fetch_unknown_key(&self) -> bool {
        let now = self.clock.now();
        let mut last = self.last_unknown_key.lock();
        let may_fetch =
            last.is_none_or(|last| now.saturating_duration_since(last) >= UNKNOWN_KEY_INTERVAL);
        if may_fetch {
            *last = Some(now);
        }
        may_fetch
    }
}

/// Whether it has the form of a load balancer's key id, so that it cannot change the rest of a URL.
fn is_kid(kid: &str) -> bool {
    kid.len() == 36
        && kid
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

#[cfg(test)]
mod tests;
