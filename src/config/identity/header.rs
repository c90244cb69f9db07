//! The headers of a proxy.

use axum::http::HeaderName;

use crate::config::reader::Reader;
use crate::config::source::Source;
use crate::identity::{HeaderMode, Preset, PresetDefaults};

use super::{header_defaults, refuse_shared_names};

pub(super) fn read_header(
    reader: &mut Reader,
    preset: Option<(Preset, PresetDefaults)>,
    client_ip: Option<&HeaderName>,
) -> Option<HeaderMode> {
    let has_preset = preset.is_some();
    let (origin, known) = header_defaults(preset);
    let is_foreign = has_preset && known.is_none();
    let mut name = |key: &str, known: Option<&HeaderName>| -> Option<HeaderName> {
        let path = format!("identity.{key}");
        let origin = known.map_or(Source::Default, |_| origin.clone());
        reader.take_else(&path, known.cloned(), origin)
    };
    let user = name("user_header", known.as_ref().map(|known| &known.user));
    let email = name(
        "email_header",
        known.as_ref().and_then(|known| known.email.as_ref()),
    );
    let groups = name(
        "groups_header",
        known.as_ref().and_then(|known| known.groups.as_ref()),
    );
    let groups_delimiter = read_delimiter(reader, known, origin);
    let secret = read_secret(reader);
    // One that is malformed, or a preset of another mode, is refused already.
    let refused = reader.is_set("identity.user_header") || is_foreign;
    if user.is_none() && !refused {
        reader.refuse_missing(
            "identity.user_header",
            "identity.mode",
            ", so nobody would have a name",
            "name the header the proxy tells it in, or write identity.preset",
        );
    }
    let secret_name = secret.as_ref().map(|(name, _)| name);
    refuse_shared_names(
        reader,
        &[
            ("identity.user_header", user.as_ref()),
            ("identity.email_header", email.as_ref()),
            ("identity.groups_header", groups.as_ref()),
            ("identity.shared_secret_header", secret_name),
            ("identity.client_ip_header", client_ip),
        ],
    );
    Some(HeaderMode {
        user: user?,
        email,
        groups,
        groups_delimiter,
        secret,
    })
}

fn read_delimiter(reader: &mut Reader, known: Option<HeaderMode>, origin: Source) -> String {
    let key = "identity.groups_delimiter";
    let origin = known.as_ref().map_or(Source::Default, |_| origin);
    let default = known.map_or_else(|| ",".to_owned(), |known| known.groups_delimiter);
    let delimiter: String = reader.take_else(key, default, origin);
    let plain = |byte: u8| byte.is_ascii_punctuation() || byte == b' ';
    if delimiter.is_empty() || delimiter.len() > 8 || !delimiter.bytes().all(plain) {
        reader.refuse(
            key,
            format!("{delimiter:?} cannot stand between two groups"),
            "write what does: \",\" or \"|\"",
        );
    }
    delimiter
}

fn read_secret(reader: &mut Reader) -> Option<(HeaderName, Vec<u8>)> {
    let (header, file) = (
        "identity.shared_secret_header",
        "identity.shared_secret_file",
    );
    for (set, unset) in [(header, file), (file, header)] {
        if reader.is_set(set) && !reader.is_set(unset) {
            reader.refuse_missing(
                unset,
                set,
                &format!(", and {set} is"),
                "set both, or neither",
            );
        }
    }
    let name: Option<HeaderName> = reader.take(header, None);
    let path: Option<String> = reader.take(file, None);
    let secret = reader.secret(file, &path?, 16)?;
    if !secret.expose().iter().all(u8::is_ascii_graphic) {
        reader.refuse(
            file,
            "it holds what no header can: spaces, line breaks or other than ASCII".to_owned(),
            "fill it with `openssl rand -hex 32`",
        );
    }
    Some((name?, secret.expose().to_vec()))
}
