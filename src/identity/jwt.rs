//! People known by a signed token.

use axum::http::HeaderMap;

use super::clock::Clock;
use super::header::single;
use super::keys::KeyRing;
use super::token::{ClaimNames, Form, Key, Token, Why};
use super::token::{check_audience, check_text, check_times, person};
use super::{JwtMode, Unknown};
use crate::access::{Person, Source};

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

    /// The person that the token in these headers tells of.
    pub(super) async fn who(&self, headers: &HeaderMap) -> Result<Person, Unknown> {
        let value = single(headers, &self.mode.header)?.unwrap_or_default();
        let token = value
            .split_at_checked(BEARER.len())
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(BEARER))
            .map_or(value, |(_, token)| token)
            .trim_ascii();
        if token.is_empty() {
            return Err(Unknown::silent(&self.mode.header));
        }
        let token = Token::parse(token, Form::Standard).map_err(Unknown::signed_out)?;
        self.check(&token).await
    }

    async fn check(&self, token: &Token<'_>) -> Result<Person, Unknown> {
        let algorithm = token.algorithm(&self.mode.algorithms);
        let algorithm = algorithm.map_err(Unknown::signed_out)?;
        let kid = token.kid().map_err(Unknown::signed_out)?;
        let wanted = |key: &Key| kid.is_none_or(|kid| key.is_called(kid)) && key.fits(algorithm);
        let keys = self.keys.get(wanted).await.map_err(Unknown::undecided)?;
        let mut fitting = keys.iter().filter(|key| wanted(key)).peekable();
        if fitting.peek().is_none() {
            return Err(Unknown::signed_out("no key of the issuer fits the token"));
        }
        // Without a name it must be plain which key is meant.
        if kid.is_none() && fitting.clone().nth(1).is_some() {
            return Err(Unknown::signed_out(
                "the token names no key, and several of the issuer's fit",
            ));
        }
        let claims = token.claims(fitting, algorithm);
        self.person(claims).map_err(Unknown::signed_out)
    }

    fn person(&self, claims: Result<super::token::Object, Why>) -> Result<Person, Why> {
        let claims = claims?;
        check_text(&claims, "iss", &self.mode.issuer)?;
        check_audience(&claims, &self.mode.audience)?;
        check_times(&claims, self.clock.unix())?;
        let names = ClaimNames {
            user: &self.mode.user_claim,
            email: &self.mode.email_claim,
            groups: &self.mode.groups_claim,
        };
        person(&claims, names, Source::Jwt)
    }

    /// Whether keys to check with are there.
    pub(super) async fn is_ready(&self) -> Result<(), &'static str> {
        let keys = self.keys.get(|_| true).await;
        keys.map(|_| ())
            .map_err(|_| "the keys that sign-ins are checked with cannot be loaded")
    }
}

/// What stands before a token in `Authorization`.
const BEARER: &[u8] = b"bearer ";

#[cfg(test)]
pub(super) mod tests;
