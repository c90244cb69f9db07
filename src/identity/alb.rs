//! People known by the signed claims of an AWS Application Load Balancer.
//!
//! Its token differs from the standard's: the parts are padded Base64, the signature covers the
//! padding, there is no audience, and what is to be compared stands in the header. Every load
//! balancer of a region signs with the same keys, so that `signer` alone tells ours from a
//! stranger's.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderName};

use super::clock::Clock;
use super::header::single;
use super::keys::{Fetcher, Limits, Missing, Slot};
use super::token::{ClaimNames, Form, Key, Object, Token, Why, shown};
use super::token::{check_end, check_text, check_times, person};
use super::{AlbMode, Algorithm, Unknown};
use crate::access::{Person, Source};

/// The header that holds the claims. Those beside it, `x-amzn-oidc-identity` and
/// `x-amzn-oidc-accesstoken`, are not signed by the load balancer and never believed.
pub(super) const DATA: HeaderName = HeaderName::from_static("x-amzn-oidc-data");

/// The most keys that are kept.
const MOST: usize = 16;

/// How long a key is used before it is asked for again, and at most.
const LIMITS: Limits = Limits {
    fresh: Duration::from_secs(300),
    stale: Duration::from_secs(3600),
    again: Duration::from_secs(10),
};

/// The least time between asking for two keys that are not known.
const APART: Duration = Duration::from_secs(1);

/// Checks what load balancers tell.
pub(super) struct Alb {
    mode: AlbMode,
    clock: Clock,
    fetcher: Fetcher,
    /// By their names, the one used last at the end.
    keys: Mutex<Vec<(String, Arc<Slot<Key>>)>>,
    /// When a key that was not known was last asked for.
    asked: Mutex<Option<Instant>>,
}

impl Alb {
    /// Fetches no keys yet.
    pub(super) fn new(mode: AlbMode, clock: Clock) -> Self {
        Self {
            mode,
            clock,
            fetcher: Fetcher::default(),
            keys: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    /// The person that the claims in these headers tell of.
    pub(super) async fn who(&self, headers: &HeaderMap) -> Result<Person, Unknown> {
        let data = single(headers, &DATA)?.unwrap_or_default();
        if data.is_empty() {
            return Err(Unknown::silent(&DATA));
        }
        let token = Token::parse(data, Form::Padded).map_err(Unknown::signed_out)?;
        let kid = self.check_header(&token).map_err(Unknown::signed_out)?;
        let key = self.key(kid).await.map_err(|missing| match missing {
            Missing::Nowhere(why) => Unknown::signed_out(why),
            Missing::Unreachable(why) => Unknown::undecided(why),
        })?;
        self.person(&token, &key).map_err(Unknown::signed_out)
    }

    /// Compares everything the header holds, before a key is asked for; gives the key's name.
    fn check_header<'t>(&self, token: &'t Token<'_>) -> Result<&'t str, Why> {
        token.algorithm(&[Algorithm::Es256])?;
        let signer = token.header.text("signer")?.unwrap_or_default();
        if !self.mode.signer_arns.iter().any(|arn| arn == signer) || signer.is_empty() {
            return Err(format!("the token's signer {} is not ours", shown(signer)).into());
        }
        check_text(&token.header, "iss", &self.mode.issuer)?;
        check_text(&token.header, "client", &self.mode.client_id)?;
        check_end(&token.header, self.clock.unix())?;
        let kid = token.kid()?.ok_or("the token names no key")?;
        if is_kid(kid) {
            Ok(kid)
        } else {
            Err("the key's name is none that load balancers give".into())
        }
    }

    fn person(&self, token: &Token<'_>, key: &Key) -> Result<Person, Why> {
        let claims: Object = token.claims(std::iter::once(key), Algorithm::Es256)?;
        // The end stands in the header; the claims are the provider's, and may have one of their own.
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

    async fn key(&self, kid: &str) -> Result<Arc<Key>, Missing> {
        let slot = self.slot(kid);
        slot.get(|_| true, self.fetch(kid, &slot)).await
    }

    async fn fetch(&self, kid: &str, slot: &Slot<Key>) -> Result<Key, Missing> {
        if slot.is_empty() && !self.may_ask() {
            let why = "keys that are not known are asked for too often";
            return Err(Missing::Unreachable(why.into()));
        }
        let url = format!("{}/{kid}", self.mode.keys.trim_end_matches('/'));
        let pem = self.fetcher.get(&url).await?;
        Key::from_pem(&pem).map_err(|why| Missing::Unreachable(why.into()))
    }

    /// The place for a key. Where there are too many, one that never came gives way, else the one
    /// not used for longest.
    fn slot(&self, kid: &str) -> Arc<Slot<Key>> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = match keys.iter().position(|(known, _)| known == kid) {
            Some(at) => keys.remove(at).1,
            None => Arc::new(Slot::new(self.clock.clone(), LIMITS)),
        };
        if keys.len() == MOST {
            let empty = keys.iter().position(|(_, slot)| slot.is_empty());
            keys.remove(empty.unwrap_or(0));
        }
        keys.push((kid.to_owned(), Arc::clone(&slot)));
        slot
    }

    fn may_ask(&self) -> bool {
        let now = self.clock.now();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let may = asked.is_none_or(|asked| now.saturating_duration_since(asked) >= APART);
        if may {
            *asked = Some(now);
        }
        may
    }
}

/// Whether it has the form of those names, so that it changes nothing else in an address.
fn is_kid(kid: &str) -> bool {
    kid.len() == 36
        && kid
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

#[cfg(test)]
mod tests;
