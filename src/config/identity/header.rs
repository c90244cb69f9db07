//! The headers of a proxy.

use axum::http::HeaderName;

use crate::config::fixes;
use crate::config::reader::Reader;
use crate::config::source::Source;
use crate::identity::{HeaderMode, Preset, PresetDefaults};

use super::refuse_shared_names;

pub(super) fn read_header(
    reader: &mut Reader,
    preset: Option<(Preset, PresetDefaults)>,
    client_ip: Option<&HeaderName>,
) -> Option<HeaderMode> {
    let (origin, known) = header_defaults(preset.as_ref());
    let mut name = |key: &str, known: Option<&HeaderName>| -> Option<HeaderName> {
        let path = format!("identity.{key}");
        let origin = known.map_or(Source::Default, |_| origin.clone());
        reader.take_or(&path, known.cloned(), origin)
    };
    let user = name("user_header", known.map(|known| &known.user));
    let email = name("email_header", known.and_then(|known| known.email.as_ref()));
    let groups = name(
        "groups_header",
        known.and_then(|known| known.groups.as_ref()),
    );
    let delimiter = known.map_or(",", |known| known.groups_delimiter.as_str());
    let groups_delimiter = read_delimiter(reader, delimiter, origin);
    let secret = read_secret(reader);
    // A preset for another mode has been refused already.
    if user.is_none() && (known.is_some() || preset.is_none()) {
        refuse_missing_user_header(reader);
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
        groups_quoted: known.is_some_and(|known| known.groups_quoted),
        secret,
    })
}

/// What is known about the proxy's headers, and where it comes from.
fn header_defaults(preset: Option<&(Preset, PresetDefaults)>) -> (Source, Option<&HeaderMode>) {
    match preset {
        Some((preset, PresetDefaults::Header(known))) => {
            (Source::Preset(preset.as_str()), Some(known))
        }
        _ => (Source::Default, None),
    }
}

fn refuse_missing_user_header(reader: &mut Reader) {
    let key = "identity.user_header";
    // A malformed one has been refused already.
    if !reader.is_set(key) {
        reader.refuse_missing(
            key,
            "identity.mode",
            ", so nobody would have a name",
            "name the header in which the proxy sends it, or set identity.preset",
        );
    }
}

fn read_delimiter(reader: &mut Reader, known: &str, origin: Source) -> String {
    let key = "identity.groups_delimiter";
    let delimiter: String = reader.take_or(key, known.to_owned(), origin);
    let plain = |byte: u8| byte.is_ascii_punctuation() || byte == b' ';
    if delimiter.is_empty() || delimiter.len() > 8 || !delimiter.bytes().all(plain) {
        reader.refuse(
            key,
            format!("{delimiter:?} cannot separate two groups"),
            "write a separator: \",\" or \"|\"",
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
            "it contains what a header cannot: spaces, line breaks or non-ASCII characters"
                .to_owned(),
            fixes::SECRET_FILE,
        );
    }
    Some((name?, secret.expose().to_vec()))
}
