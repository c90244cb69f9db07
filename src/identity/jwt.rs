//! People known by a signed token.

use axum::http::HeaderMap;

use super::clock::Clock;
use super::header::single;
use super::keys::KeyRing;
use super::token::{ClaimNames, JsonObject, Key, Token, TokenEncoding};
use super::token::{check_audience, check_text, check_times, person};
use super::{AuthError, AuthReason, JwtMode};
use crate::access::{Person, Source};

/// The scheme before a token in `Authorization`, in lower case.
const BEARER_SCHEME: &[u8] = b"bearer ";

/// Checks the tokens of one issuer.
pub(super) struct Jwt {
    mode: JwtMode,
    keys: KeyRing,
    clock: Clock,
}

impl Jwt {
    /// Loads no keys yet.
    pub(super) fn new(mode: JwtMode, clock: Clock) -> Self {
        Self {
            keys: KeyRing::new(mode.keys.clone(), clock.clone()),
            mode,
            clock,
        }
    }

    /// The person in the token of these headers.
    pub(super) async fn authenticate(&self, headers: &HeaderMap) -> Result<Person, AuthError> {
        let value = single(headers, &self.mode.header)?.unwrap_or_default();
        let token = value
            .split_at_checked(BEARER_SCHEME.len())
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(BEARER_SCHEME))
            .map_or(value, |(_, token)| token)
            .trim_ascii();
        if token.is_empty() {
            return Err(AuthError::no_credentials(&self.mode.header));
        }
        let token =
            Token::parse(token, TokenEncoding::Unpadded).map_err(AuthError::unauthenticated)?;
        self.check(&token).await
    }

    async fn check(&self, token: &Token<'_>) -> Result<Person, AuthError> {
        let algorithm = token.algorithm(&self.mode.algorithms);
        let algorithm = algorithm.map_err(AuthError::unauthenticated)?;
        let kid = token.kid().map_err(AuthError::unauthenticated)?;
        let fits = |key: &Key| kid.is_none_or(|kid| key.has_kid(kid)) && key.fits(algorithm);
        let keys = self.keys.get(fits).await;
        let keys = keys.map_err(AuthError::keys_unavailable)?;
        let mut fitting = keys.iter().filter(|key| fits(key)).peekable();
        if fitting.peek().is_none() {
            return Err(AuthError::unauthenticated(AuthReason::NoKeyFits));
        }
        // Without a key id, only one key may be meant.
        if kid.is_none() && fitting.clone().nth(1).is_some() {
            return Err(AuthError::unauthenticated(AuthReason::KeyAmbiguous));
        }
        let claims = token.claims(fitting, algorithm);
        claims
            .and_then(|claims| self.person(&claims))
            .map_err(AuthError::unauthenticated)
    }

    fn person(&self, claims: &JsonObject) -> Result<Person, AuthReason> {
        check_text(claims, "iss", &self.mode.issuer)?;
        check_audience(claims, &self.mode.audience)?;
        check_times(claims, self.clock.unix())?;
        let names = ClaimNames {
            user: &self.mode.user_claim,
            email: &self.mode.email_claim,
            groups: &self.mode.groups_claim,
        };
        person(claims, names, Source::Jwt)
    }

    /// Whether keys to check tokens with are loaded; loads them if they are not.
    ///
    /// # Errors
    /// Why there are none.
    pub(super) async fn is_ready(&self) -> Result<(), AuthReason> {
        self.keys.get(|_| true).await.map(|_| ())
    }
}

#[cfg(test)]
pub(super) mod tests;
