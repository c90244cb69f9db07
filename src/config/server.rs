//! `[server]`: how pages are served, and how much is taken at once.

use std::net::SocketAddr;
use std::time::Duration;

use crate::identity::Origin;

use super::BODY_LIMIT;
use super::reader::Reader;
use super::values::Size;

/// `[server]`: how pages are served.
#[derive(Debug, Clone)]
pub struct Server {
    /// The address to listen on; port 0 picks one. `127.0.0.1:8080` unless set.
    pub listen: SocketAddr,
    /// The path below which browsers reach every page: empty, or `/a/b` without a slash at the end.
    pub base_path: String,
    /// Whether the proxy takes the base path away before requests come here.
    pub base_path_stripped: bool,
    /// The origins at which browsers reach this console; in local mode, beside the listening
    /// address's own names.
    pub public_origins: Vec<Origin>,
    /// Whether nobody may create, stop, resume or retry anything.
    pub read_only: bool,
    /// The largest body of a request, in bytes; creating an execution may always send 4 MiB.
    /// `64KiB` unless set.
    pub body_limit: usize,
    /// The connections that may be open at once. 1024 unless set.
    pub max_connections: usize,
    /// How long a connection may take to send a request's head, or stay open without one. `75s`
    /// unless set: longer than a load balancer keeps one it does not use.
    pub header_timeout: Duration,
    /// The headers a request may have. 64 unless set.
    pub max_headers: usize,
    /// The size of a request's head, in bytes. `32KiB` unless set.
    pub max_header_size: usize,
    /// How long an answer may take. `30s` unless set.
    pub request_timeout: Duration,
    /// How long a body may take to arrive. `20s` unless set.
    pub body_timeout: Duration,
    /// The requests that may be worked on at once. 256 unless set.
    pub max_in_flight: usize,
    /// The actions one person may ask for in a minute. 30 unless set.
    pub writes_per_minute: u32,
    /// How long what is being worked on at the end may take to be done. `20s` unless set.
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
    let Size(body_limit) = reader.bounded(
        "server.body_limit",
        Size(BODY_LIMIT),
        Size(1 << 10)..=Size(4 << 20),
    );
    let max_connections = reader.bounded("server.max_connections", 1024, 1..=65_535);
    let header_timeout = reader.bounded("server.header_timeout", seconds(75), from_second.clone());
    let max_headers = reader.bounded("server.max_headers", 64, 16..=1000);
    // The HTTP library needs 8 KiB to work with.
    let Size(max_header_size) = reader.bounded(
        "server.max_header_size",
        Size(32 << 10),
        Size(8 << 10)..=Size(1 << 20),
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
    let wrong = match path.as_str() {
        "" => None,
        "/" => Some("it is the whole host, which is the same as no base path"),
        path if !path.starts_with('/') => Some("it does not begin with a slash"),
        path if path.ends_with('/') => Some("it ends with a slash"),
        path if path.len() > 200 => Some("it is longer than 200 characters"),
        path if !path[1..].split('/').all(is_segment) => {
            Some("a part of it is empty, . or .., or holds more than letters, digits and . _ ~ -")
        }
        _ => None,
    };
    if let Some(wrong) = wrong {
        reader.refuse(
            "server.base_path",
            format!("{path:?} is not taken: {wrong}"),
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
            "there is no base path that a proxy could take away".to_owned(),
            "write the path that browsers send in server.base_path, or remove this",
        );
    }
    stripped
}
