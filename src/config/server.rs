//! `[server]`: how pages are served, and the limits on requests.

use std::net::SocketAddr;
use std::time::Duration;

use crate::identity::Origin;

use super::DEFAULT_MAX_BODY_BYTES;
use super::reader::Reader;
use super::values::ByteSize;

/// `[server]`: how pages are served.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on; port 0 picks one. `127.0.0.1:8080` by default.
    pub listen: SocketAddr,
    /// The path below which browsers reach every page: empty, or `/a/b` without a slash at the end.
    pub base_path: String,
    /// Whether the proxy strips the base path from requests.
    pub base_path_stripped: bool,
    /// The origins at which browsers reach this console; in local mode, in addition to those of the
    /// listening address.
    pub public_origins: Vec<Origin>,
    /// Whether nobody may create, stop, resume or retry anything.
    pub read_only: bool,
    /// The largest body of a request, in bytes; the create form may always be 4 MiB. `64KiB` by default.
    pub body_limit: usize,
    /// The connections that may be open at once. 1024 by default.
    pub max_connections: usize,
    /// How long a connection may take to send a request head, or stay open without one. `75s` by default:
    /// longer than a load balancer keeps an idle connection.
    pub header_timeout: Duration,
    /// The headers a request may have. 64 by default.
    pub max_headers: usize,
    /// The largest request head, in bytes. `32KiB` by default.
    pub max_header_size: usize,
    /// How long a response may take. `30s` by default.
    pub request_timeout: Duration,
    /// How long a body may take to arrive. `20s` by default.
    pub body_timeout: Duration,
    /// The requests that may be served at once. 256 by default.
    pub max_in_flight: usize,
    /// The forms one person may send in a minute. 30 by default.
    pub writes_per_minute: u32,
    /// How long requests in flight may take to finish on shutdown. `20s` by default.
    pub drain: Duration,
}

pub(super) fn read_server(reader: &mut Reader) -> Server {
    let seconds = Duration::from_secs;
    let from_second = seconds(1)..=seconds(600);
    let listen = reader.take("server.listen", ([127, 0, 0, 1], 8080).into());
    let base_path = read_base_path(reader);
    let base_path_stripped = read_stripped(reader, &base_path);
    let public_origins = reader.take("server.public_origins", Vec::new());
    let read_only = reader.take("server.read_only", false);
    let ByteSize(body_limit) = reader.bounded(
        "server.body_limit",
        ByteSize(DEFAULT_MAX_BODY_BYTES),
        ByteSize(1 << 10)..=ByteSize(4 << 20),
    );
    let max_connections = reader.bounded("server.max_connections", 1024, 1..=65_535);
    let header_timeout = reader.bounded("server.header_timeout", seconds(75), from_second.clone());
    let max_headers = reader.bounded("server.max_headers", 64, 16..=1000);
    // The HTTP library needs at least 8 KiB.
    let ByteSize(max_header_size) = reader.bounded(
        "server.max_header_size",
        ByteSize(32 << 10),
        ByteSize(8 << 10)..=ByteSize(1 << 20),
    );
    Server {
        listen,
        base_path,
        base_path_stripped,
        public_origins,
        read_only,
        body_limit,
        max_connections: max_connections as usize,
        header_timeout,
        max_headers: max_headers as usize,
        max_header_size,
        request_timeout: reader.bounded("server.request_timeout", seconds(30), from_second.clone()),
        body_timeout: reader.bounded("server.body_timeout", seconds(20), from_second),
        max_in_flight: reader.bounded("server.max_in_flight", 256, 1..=65_535) as usize,
        writes_per_minute: reader.bounded("server.writes_per_minute", 30, 1..=10_000),
        drain: reader.bounded("server.drain", seconds(20), seconds(0)..=seconds(600)),
    }
}

fn read_base_path(reader: &mut Reader) -> String {
    let path: String = reader.take("server.base_path", String::new());
    let error = match path.as_str() {
        "" => None,
        "/" => Some("it is the root, which is the same as no base path"),
        path if !path.starts_with('/') => Some("it does not begin with a slash"),
        path if path.ends_with('/') => Some("it ends with a slash"),
        path if path.len() > 200 => Some("it is longer than 200 characters"),
        path if !path[1..].split('/').all(is_segment) => Some(
            "a part of it is empty, . or .., or contains other characters than letters, digits and . _ ~ -",
        ),
        _ => None,
    };
    if let Some(error) = error {
        reader.refuse(
            "server.base_path",
            format!("{path:?} is not valid: {error}"),
            "write the path as browsers send it, \"/sagemaker\", or nothing",
        );
    }
    path
}

fn is_segment(segment: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    !matches!(segment, "" | "." | "..") && segment.bytes().all(plain)
}

fn read_stripped(reader: &mut Reader, base_path: &str) -> bool {
    let stripped = reader.take("server.base_path_stripped", false);
    if stripped && base_path.is_empty() {
        reader.refuse(
            "server.base_path_stripped",
            "there is no base path that a proxy could strip".to_owned(),
            "write the path that browsers send in server.base_path, or remove this",
        );
    }
    stripped
}
