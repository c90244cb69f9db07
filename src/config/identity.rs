//! `[identity]`: how people are authenticated.

mod alb;
mod header;
mod jwt;

use std::net::SocketAddr;

use axum::http::HeaderName;

use crate::identity::{IdentitySettings, Mode, Network, Preset, PresetDefaults, check_keys_url};

use super::fixes;
use super::keys::KEYS;
use super::reader::Reader;
use super::source::Source;
use super::tree::Value;
use super::values::{SettingValue, ValueError, alias_key};

/// `identity.mode`, before the rest is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ModeName {
    Header,
    Jwt,
    Alb,
    Local,
}

use ModeName::{Alb, Header, Jwt, Local};

impl ModeName {
    /// All of them.
    pub const ALL: [Self; 4] = [Header, Jwt, Alb, Local];

    /// Its name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Jwt => "jwt",
            Self::Alb => "alb",
            Self::Local => "local",
        }
    }
}

impl SettingValue for ModeName {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value).map_err(|error| error.with_fix(fixes::MODE))?;
        let mut all = Self::ALL.into_iter();
        all.find(|mode| mode.as_str() == text)
            .ok_or_else(|| ValueError::new(format!("{text:?} is not a mode"), fixes::MODE))
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

impl SettingValue for Preset {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let known = Self::ALL.map(Self::as_str).join(", ");
        let fix = format!("write one of {known}, or name the headers yourself");
        let text = String::parse(value).map_err(|error| error.with_fix(&fix))?;
        text.parse()
            .map_err(|_| ValueError::new(format!("{text:?} is not a preset"), fix))
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

/// `None` if no mode is set or something is refused.
pub(super) fn read_identity(reader: &mut Reader, listen: SocketAddr) -> Option<IdentitySettings> {
    if !reader.is_set("identity.mode") {
        refuse_without_mode(reader);
        return None;
    }
    let name = reader.take::<Option<ModeName>>("identity.mode", None)?;
    refuse_settings_of_other_modes(reader, name);
    if name == Local {
        refuse_reachable_address(reader, listen);
        return Some(IdentitySettings {
            mode: Mode::Local,
            trusted_proxies: Vec::new(),
            client_ip_header: None,
        });
    }
    let trusted_proxies = read_trusted_proxies(reader);
    let client_ip_header: Option<HeaderName> = reader.take("identity.client_ip_header", None);
    let client_ip = client_ip_header.as_ref();
    let mode = match name {
        Local => Mode::Local,
        Header => {
            let preset = read_preset(reader, name);
            Mode::Header(header::read_header(reader, preset, client_ip)?)
        }
        Jwt => {
            let preset = read_preset(reader, name);
            Mode::Jwt(jwt::read_jwt(reader, preset, client_ip)?)
        }
        Alb => Mode::Alb(alb::read_alb(reader)?),
    };
    Some(IdentitySettings {
        mode,
        trusted_proxies,
        client_ip_header,
    })
}

/// The modes a setting is for.
pub(super) fn modes_of(key: &str) -> &'static [ModeName] {
    match key {
        "identity.mode" => &ModeName::ALL,
        "identity.trusted_proxies" | "identity.client_ip_header" => &[Header, Jwt, Alb],
        "identity.preset" => &[Header, Jwt],
        _ if key.starts_with("identity.jwt.") => &[Jwt],
        _ if key.starts_with("identity.alb.") => &[Alb],
        _ => &[Header],
    }
}

fn keys() -> impl Iterator<Item = &'static str> {
    KEYS.iter()
        .copied()
        .filter(|key| key.starts_with("identity."))
}

fn refuse_without_mode(reader: &mut Reader) {
    for key in keys() {
        if reader.is_set(key) {
            let modes = listed(modes_of(key), |mode| format!("{:?}", mode.as_str()));
            reader.refuse(
                key,
                "it has no effect without identity.mode".to_owned(),
                &format!("write mode = {modes}, or remove this"),
            );
        }
    }
}

/// `a, b or c`.
fn listed(modes: &[ModeName], name: impl Fn(&ModeName) -> String) -> String {
    let names: Vec<String> = modes.iter().map(name).collect();
    match &names[..] {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}

/// Whether a setting selects whom to trust. The others only say how to read it, and may be set for a mode
/// that is not in use.
fn selects_trust(key: &str) -> bool {
    matches!(
        key,
        "identity.preset"
            | "identity.trusted_proxies"
            | "identity.shared_secret_header"
            | "identity.shared_secret_file"
            | "identity.jwt.issuer"
            | "identity.jwt.audience"
            | "identity.jwt.jwks_url"
            | "identity.jwt.jwks_file"
            | "identity.alb.signer_arns"
            | "identity.alb.issuer"
            | "identity.alb.client_id"
            | "identity.alb.keys_url"
    )
}

/// A setting that selects whom another mode trusts suggests that the other mode is meant.
fn refuse_settings_of_other_modes(reader: &mut Reader, mode: ModeName) {
    for key in keys().filter(|key| selects_trust(key)) {
        let modes = modes_of(key);
        if reader.is_set(key) && !modes.contains(&mode) {
            let modes = listed(modes, |mode| mode.as_str().to_owned());
            let mode = mode.as_str();
            reader.refuse(
                key,
                format!("it is for the mode {modes}, and identity.mode is {mode}"),
                "remove it, or choose the other mode",
            );
        }
    }
}

fn refuse_reachable_address(reader: &mut Reader, listen: SocketAddr) {
    if !listen.ip().is_loopback() {
        reader.refuse(
            "server.listen",
            format!(
                "{listen} is reachable from other machines, and identity.mode is local, which has no \
                 sign-in: anyone on the network could start and stop paid jobs"
            ),
            "listen on a loopback address, 127.0.0.1 or [::1], or choose a mode that authenticates people",
        );
    }
}

fn read_trusted_proxies(reader: &mut Reader) -> Vec<Network> {
    let key = "identity.trusted_proxies";
    if !reader.is_set(key) {
        reader.refuse_missing(
            key,
            "identity.mode",
            ", so no request could be trusted",
            "write the addresses from which the proxy connects: [\"10.0.3.7\"]",
        );
    }
    reader.take(key, Vec::new())
}

/// The preset with its defaults; refused if it is for another mode.
fn read_preset(reader: &mut Reader, mode: ModeName) -> Option<(Preset, PresetDefaults)> {
    let preset: Preset = reader.take("identity.preset", None)?;
    let defaults = preset.defaults();
    let own = match defaults {
        PresetDefaults::Header(_) => Header,
        PresetDefaults::Jwt(_) => Jwt,
    };
    if own != mode {
        reader.refuse(
            "identity.preset",
            format!(
                "{preset} is for the mode {}, and identity.mode is {}",
                own.as_str(),
                mode.as_str()
            ),
            "choose a preset of this mode, or the other mode",
        );
    }
    Some((preset, defaults))
}

/// A string that must be set unless a preset has it.
fn required(
    reader: &mut Reader,
    path: &str,
    known: Option<String>,
    origin: Source,
    fix: &str,
) -> Option<String> {
    let text: Option<String> = reader.take_or(path, known, origin);
    let empty = text.as_deref().is_none_or(|text| text.trim().is_empty());
    let refused = reader.is_set(path) && text.is_none();
    if empty && !refused {
        reader.refuse_missing(path, "identity.mode", "", fix);
    }
    text
}

/// Refuses a header that is used for two purposes, in whichever spelling.
fn refuse_shared_names(reader: &mut Reader, names: &[(&str, Option<&HeaderName>)]) {
    for (index, (key, name)) in names.iter().enumerate() {
        let Some(name) = name else { continue };
        let is_same = |other: &HeaderName| alias_key(other) == alias_key(name);
        let mut earlier = names[..index].iter();
        if let Some((other, _)) = earlier.find(|(_, other)| other.is_some_and(is_same)) {
            reader.refuse(
                key,
                format!("{name} is {other} already"),
                "name another header, or leave it empty",
            );
        }
    }
}

fn read_claim(reader: &mut Reader, path: &str, default: &str, origin: Source) -> String {
    let claim: String = reader.take_or(path, default.to_owned(), origin);
    if claim.is_empty() {
        reader.refuse(path, "it is empty".to_owned(), "write a claim's name");
    }
    claim
}

/// The value is not shown: a URL may contain a password, and refusals end up in logs.
fn refuse_bad_url(reader: &mut Reader, path: &str, url: &str) {
    if let Err(error) = check_keys_url(url) {
        reader.refuse(
            path,
            format!("its value is not valid: {error}"),
            "write an absolute URL: \"https://login.example.com/jwks.json\"",
        );
    }
}

fn refuse_unreadable(reader: &mut Reader, path: &str, file: &str) {
    if let Err(error) = std::fs::File::open(file) {
        reader.refuse(
            path,
            format!("{file} cannot be read: {error}"),
            fixes::READABLE_FILE,
        );
    }
}
