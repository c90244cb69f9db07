//! Static files: embedded, compressed once, served under a name that changes with their content.

use std::collections::HashMap;
use std::io::Write;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use compression_codecs::brotli::params::EncoderParams;
use compression_codecs::core::Level;
use compression_codecs::core::util::{PartialBuffer, WriteBuffer};
use compression_codecs::{BrotliEncoder, EncodeV2};
use sha2::{Digest, Sha256};

/// What an incompressible file may grow by: a few bytes for each of its blocks.
const BROTLI_OVERHEAD_BYTES: usize = 4 * 1024;

/// Name, content type, and the parts that it is joined from.
type Source = (&'static str, &'static str, &'static [&'static str]);

const SOURCES: &[Source] = &[
    (
        "app.css",
        "text/css; charset=utf-8",
        &[
            include_str!("../../static/base.css"),
            include_str!("../../static/components.css"),
            include_str!("../../static/lists.css"),
            // What depends on width, frame, paper and colours comes after what it changes.
            include_str!("../../static/adaptive.css"),
            include_str!("../../static/graph.css"),
            include_str!("../../static/forms.css"),
        ],
    ),
    (
        "start.js",
        "text/javascript; charset=utf-8",
        &[include_str!("../../static/start.js")],
    ),
    (
        "frame.js",
        "text/javascript; charset=utf-8",
        &[include_str!("../../static/frame.js")],
    ),
    (
        "app.js",
        "text/javascript; charset=utf-8",
        &[
            // htmx comes first: the others register with it.
            include_str!("../../static/vendor/htmx-4.0.1.min.js"),
            include_str!("../../static/vendor/hx-ptag-4.0.1.min.js"),
            include_str!("../../static/changes.js"),
            include_str!("../../static/times.js"),
            include_str!("../../static/theme.js"),
            include_str!("../../static/menu.js"),
            include_str!("../../static/dialog.js"),
            include_str!("../../static/keys.js"),
            include_str!("../../static/page.js"),
            include_str!("../../static/rows.js"),
            include_str!("../../static/days.js"),
            include_str!("../../static/loading.js"),
            include_str!("../../static/session.js"),
            include_str!("../../static/search.js"),
            include_str!("../../static/panel.js"),
            include_str!("../../static/slim.js"),
            include_str!("../../static/definition.js"),
            include_str!("../../static/forms.js"),
            include_str!("../../static/drafts.js"),
            include_str!("../../static/combobox.js"),
        ],
    ),
    // Where a graph is drawn: a third of all script.
    (
        "graph.js",
        "text/javascript; charset=utf-8",
        &[
            include_str!("../../static/folds.js"),
            include_str!("../../static/graph.js"),
            include_str!("../../static/find.js"),
            include_str!("../../static/trace.js"),
            include_str!("../../static/pan.js"),
        ],
    ),
];

struct Asset {
    file: String,
    content_type: &'static str,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

static ASSETS: LazyLock<HashMap<&'static str, Asset>> = LazyLock::new(|| {
    SOURCES
        .iter()
        .map(|(name, content_type, parts)| (*name, prepare(name, content_type, parts)))
        .collect()
});

fn prepare(name: &str, content_type: &'static str, parts: &[&str]) -> Asset {
    let parts: Vec<String> = parts.iter().map(|part| compact(part)).collect();
    let plain = parts.join("\n").into_bytes();
    let hash = hex::encode(&Sha256::digest(&plain)[..8]);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "bin"));
    Asset {
        file: format!("{stem}.{hash}.{extension}"),
        content_type,
        gzip: gzip(&plain).into(),
        brotli: brotli(&plain).into(),
        plain: plain.into(),
    }
}

/// A script or style sheet without indentation, blank lines and comments that fill their lines: a fifth of what a first
/// visit fetches. No text in our sources goes over several lines, where indentation would count.
fn compact(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut in_comment = false;
    for line in source.lines().map(str::trim) {
        let begins = line.starts_with("/*");
        let ends = line.ends_with("*/");
        if in_comment || (begins && (ends || !line.contains("*/"))) {
            in_comment = !ends;
        } else if !line.is_empty() && !line.starts_with("//") {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// Compressing into memory cannot fail; if it did, the plain bytes would be served instead.
fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder
        .write_all(plain)
        .and_then(|()| encoder.finish())
        .unwrap_or_default()
}

fn brotli(plain: &[u8]) -> Vec<u8> {
    let parameters = EncoderParams::default().quality(Level::Precise(9));
    let mut encoder = BrotliEncoder::new(parameters);
    let mut packed = vec![0; plain.len() + BROTLI_OVERHEAD_BYTES];
    let mut output = WriteBuffer::new_initialized(&mut packed);
    let encoded = encoder
        .encode(&mut PartialBuffer::new(plain), &mut output)
        .and_then(|()| encoder.finish(&mut output));
    let packed_len = output.written_len();
    packed.truncate(packed_len);
    match encoded {
        Ok(true) => packed,
        _ => Vec::new(),
    }
}

/// The address of a static file, by its name in the source tree.
pub fn address(name: &str) -> String {
    ASSETS
        .get(name)
        .map(|asset| format!("/static/{}", asset.file))
        .unwrap_or_default()
}

/// The response to a request for a static file; `None` where no file has this (hashed) name.
pub fn serve(file: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let asset = ASSETS.values().find(|asset| asset.file == file)?;
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let (coding, body) = if accepts(accepted, "br") && !asset.brotli.is_empty() {
        (Some("br"), &asset.brotli)
    } else if accepts(accepted, "gzip") && !asset.gzip.is_empty() {
        (Some("gzip"), &asset.gzip)
    } else {
        (None, &asset.plain)
    };
    let mut response = Response::new(Body::from(body.clone()));
    *response.status_mut() = StatusCode::OK;
    let answer = response.headers_mut();
    answer.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(asset.content_type),
    );
    answer.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    answer.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(coding) = coding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
    }
    Some(response)
}

/// Whether an `Accept-Encoding` accepts this coding: it is listed, and not with a weight of 0 (RFC 9110,
/// section 12.5.3).
fn accepts(accept_encoding: &str, coding: &str) -> bool {
    let refuses = |parameter: &str| {
        let weight = parameter.strip_prefix("q=").map(str::parse::<f32>);
        weight == Some(Ok(0.0))
    };
    accept_encoding.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding))
            && !parts.any(refuses)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_not_served_and_nothing_else_is_left_out() {
        let source = concat!(
            "// Why.\nif (a) { // kept\n  /** Of b. */\n  b('//', \"/* c */\");\n",
            "\n  /* One\n     two */\n}\n/* x */ d: e;\n",
        );
        let expected = "if (a) { // kept\nb('//', \"/* c */\");\n}\n/* x */ d: e;\n";
        assert_eq!(compact(source), expected);
    }

    #[test]
    fn no_text_in_a_script_goes_over_several_lines() {
        for (name, _, parts) in SOURCES {
            for line in parts.iter().flat_map(|part| part.lines()) {
                let is_minified = line.len() > 1_000;
                assert!(
                    is_minified || line.matches('`').count() % 2 == 0,
                    "{name}: {line}"
                );
            }
        }
    }

    #[test]
    fn a_coding_of_weight_zero_is_not_served() {
        assert!(accepts("gzip, br", "br"));
        assert!(accepts("gzip;q=0.5, br; q=1.0", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("br; q=0.000, gzip", "br"));
        assert!(!accepts("gzip", "br"));
        assert!(!accepts("", "gzip"));
    }
}
