//! `[identity.jwt]`: signed tokens.

use std::path::PathBuf;

use axum::http::HeaderName;

use crate::config::fixes;
use crate::config::reader::Reader;
use crate::config::source::Source;
use crate::config::values::ListItem;
use crate::identity::{Algorithm, JwtDefaults, JwtMode, KeySource, Preset, PresetDefaults};

/// The header that is read unless the settings or a preset name another.
const DEFAULT_TOKEN_HEADER: HeaderName = HeaderName::from_static("x-pomerium-jwt-assertion");

impl ListItem for Algorithm {
    const FIX: &'static str = fixes::ALGORITHMS;

    fn parse_item(text: &str) -> Result<Self, &'static str> {
        match text {
            _ if text.eq_ignore_ascii_case("none") => Err("anyone could make such a token"),
            _ if text.starts_with("HS") => {
                Err("anyone who can check such a token can also make one")
            }
            _ => text.parse(),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

pub(super) fn read_jwt(
    reader: &mut Reader,
    preset: Option<(Preset, PresetDefaults)>,
    client_ip: Option<&HeaderName>,
) -> Option<JwtMode> {
    let (origin, known) = jwt_defaults(preset);
    let header = reader.take_or("identity.jwt.header", known.header, origin.clone());
    let names = [
        ("identity.jwt.header", Some(&header)),
        ("identity.client_ip_header", client_ip),
    ];
    super::refuse_shared_names(reader, &names);
    let mut text = |key: &str, known: Option<&str>, fix: &str| {
        let path = format!("identity.jwt.{key}");
        let origin = known.map_or(Source::Default, |_| origin.clone());
        super::required(reader, &path, known.map(str::to_owned), origin, fix)
    };
    let issuer = text("issuer", known.issuer, "write the token's \"iss\"");
    let audience = text("audience", None, "write the token's \"aud\"");
    let keys = read_keys(reader, known.keys_url, &origin);
    let algorithms = read_algorithms(reader, known.algorithms, &origin);
    let mut claim = |key: &str, default: &str| {
        let path = format!("identity.jwt.{key}");
        super::read_claim(reader, &path, default, origin.clone())
    };
    let user_claim = claim("user_claim", known.user_claim);
    let email_claim = claim("email_claim", known.email_claim);
    let groups_claim = claim("groups_claim", known.groups_claim);
    Some(JwtMode {
        header,
        issuer: issuer?,
        audience: audience?,
        keys: keys?,
        algorithms,
        user_claim,
        email_claim,
        groups_claim,
    })
}

/// What is known about the proxy's tokens, and where it comes from.
fn jwt_defaults(preset: Option<(Preset, PresetDefaults)>) -> (Source, JwtDefaults) {
    match preset {
        Some((preset, PresetDefaults::Jwt(known))) => (Source::Preset(preset.as_str()), known),
        _ => {
            let plain = JwtDefaults {
                header: DEFAULT_TOKEN_HEADER,
                issuer: None,
                keys_url: None,
                algorithms: vec![Algorithm::Es256, Algorithm::Rs256],
                user_claim: "sub",
                email_claim: "email",
                groups_claim: "groups",
            };
            (Source::Default, plain)
        }
    }
}

fn read_algorithms(reader: &mut Reader, known: Vec<Algorithm>, origin: &Source) -> Vec<Algorithm> {
    let key = "identity.jwt.algorithms";
    let algorithms = reader.take_or(key, known, origin.clone());
    if algorithms.is_empty() {
        reader.refuse(
            key,
            "it is empty, so no token would be valid".to_owned(),
            Algorithm::FIX,
        );
    }
    algorithms
}

fn read_keys(reader: &mut Reader, known: Option<&str>, origin: &Source) -> Option<KeySource> {
    let (url_key, file_key) = ("identity.jwt.jwks_url", "identity.jwt.jwks_file");
    let (url_set, file_set) = (reader.is_set(url_key), reader.is_set(file_key));
    // A file replaces the URL of a preset.
    let known = known.filter(|_| !file_set);
    let url_origin = known.map_or(Source::Default, |_| origin.clone());
    let url = reader.take_or(url_key, known.map(str::to_owned), url_origin);
    let file: Option<String> = reader.take(file_key, None);
    if url_set && file_set {
        reader.refuse(
            file_key,
            format!("{url_key} is set too"),
            "keep one of the two",
        );
    }
    match (url, file) {
        (_, Some(file)) => {
            super::refuse_unreadable(reader, file_key, &file);
            Some(KeySource::File(PathBuf::from(file)))
        }
        (Some(url), None) => {
            super::refuse_bad_url(reader, url_key, &url);
            Some(KeySource::Url(url))
        }
        (None, None) => {
            if !url_set && !file_set {
                reader.refuse_missing(
                    url_key,
                    "identity.mode",
                    ", and identity.jwt.jwks_file is not either",
                    "write where the issuer's public keys (JWKS) are",
                );
            }
            None
        }
    }
}
