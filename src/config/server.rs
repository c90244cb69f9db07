//! `[server]`: how pages are served, and the limits on requests.

use std::net::SocketAddr;
use std::time::Duration;

use crate::identity::Origin;

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
    /// The executions of one CSV or JSON file at most. 100000 by default.
    pub export_limit: u32,
    /// The largest body of a request, in bytes; the create form may always be 4 MiB. `64KiB` by default.
    pub body_limit: usize,
    /// The connections that may be open at once. 1024 by default.
    pub max_connections: u32,
    /// How long a connection may take to send a request head, or stay open without one. `75s` by default:
    /// longer than a load balancer keeps an idle connection.
    pub header_timeout: Duration,
    /// The headers a request may have. 64 by default.
    pub max_headers: u32,
    /// The largest request head, in bytes. `32KiB` by default.
    pub max_header_size: usize,
    /// How long a response may take. `30s` by default.
    pub request_timeout: Duration,
    /// How long a body may take to arrive. `20s` by default.
    pub body_timeout: Duration,
    /// The requests that may be served at once. 256 by default.
    pub max_in_flight: u32,
    /// The forms one person may send in a minute. 30 by default.
    pub writes_per_minute: u32,
    /// How long requests in flight may take to finish on shutdown. `20s` by default.
    pub drain: Duration,
}

/// Where no setting is made.
impl Default for Server {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8080).into(),
            base_path: String::new(),
            base_path_stripped: false,
            public_origins: Vec::new(),
            read_only: false,
            export_limit: 100_000,
            body_limit: 64 << 10,
            max_connections: 1024,
            header_timeout: Duration::from_secs(75),
            max_headers: 64,
            max_header_size: 32 << 10,
            request_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(20),
            max_in_flight: 256,
            writes_per_minute: 30,
            drain: Duration::from_secs(20),
        }
    }
}

pub(super) fn read_server(reader: &mut Reader) -> Server {
    let default = Server::default();
    let seconds = Duration::from_secs;
    let from_second = seconds(1)..=seconds(600);
    let listen = reader.take("server.listen", default.listen);
    let base_path = read_base_path(reader, default.base_path);
    let base_path_stripped = read_stripped(reader, &base_path, default.base_path_stripped);
    let public_origins = reader.take("server.public_origins", default.public_origins);
    let read_only = reader.take("server.read_only", default.read_only);
    let export_limit = reader.bounded("server.export_limit", default.export_limit, 1..=1_000_000);
    let ByteSize(body_limit) = reader.bounded(
        "server.body_limit",
        ByteSize(default.body_limit),
        ByteSize(1 << 10)..=ByteSize(4 << 20),
    );
    let max_connections = reader.bounded(
        "server.max_connections",
        default.max_connections,
        1..=65_535,
    );
    let header_timeout = reader.bounded(
        "server.header_timeout",
        default.header_timeout,
        from_second.clone(),
    );
    let max_headers = reader.bounded("server.max_headers", default.max_headers, 16..=1000);
    // The HTTP library needs at least 8 KiB.
    let ByteSize(max_header_size) = reader.bounded(
        "server.max_header_size",
        ByteSize(default.max_header_size),
        ByteSize(8 << 10)..=ByteSize(1 << 20),
    );
    let mut within = |path, default| reader.bounded(path, default, from_second.clone());
    let request_timeout = within("server.request_timeout", default.request_timeout);
    let body_timeout = within("server.body_timeout", default.body_timeout);
    let mut up_to = |path, default: u32, most| reader.bounded(path, default, 1..=most);
    Server {
        listen,
        base_path,
        base_path_stripped,
        public_origins,
        read_only,
        export_limit,
        body_limit,
        max_connections,
        header_timeout,
        max_headers,
        max_header_size,
        request_timeout,
        body_timeout,
        max_in_flight: up_to("server.max_in_flight", default.max_in_flight, 65_535),
        writes_per_minute: up_to(
            "server.writes_per_minute",
            default.writes_per_minute,
            10_000,
        ),
        drain: reader.bounded("server.drain", default.drain, seconds(0)..=seconds(600)),
    }
}

fn read_base_path(reader: &mut Reader, default: String) -> String {
    let path = reader.take("server.base_path", default);
    let error = match path.as_str() {
        "" => None,
        "/" => Some("it is the root, which is the same as no base path"),
        path if !path.starts_with('/') => Some("it does not begin with a slash"),
        path if path.ends_with('/') => Some("it ends with a slash"),
        path if path.len() > 200 => Some("it is longer than 200 characters"),
        path if !path[1..].split('/').all(is_segment) => Some(
            "a segment is empty, . or .., or contains characters other than letters, digits and . _ ~ -",
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

fn read_stripped(reader: &mut Reader, base_path: &str, default: bool) -> bool {
    let stripped = reader.take("server.base_path_stripped", default);
    if stripped && base_path.is_empty() {
        reader.refuse(
            "server.base_path_stripped",
            "there is no base path that a proxy could strip".to_owned(),
            "write the path that browsers send in server.base_path, or remove this",
        );
    }
    stripped
}
