//! Requests byte by byte, as no HTTP library would send them.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::proxied::PUBLIC;

use super::{EVIL, HIDDEN};

/// How long an answer may take on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// What every answer of the console carries.
const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// One request, and from which address of this machine it is sent.
#[derive(Debug, Clone)]
pub struct Shot {
    line: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    from: Ipv4Addr,
}

impl Shot {
    /// A GET as a proxy would send it, without identity headers.
    pub fn get(path: &str) -> Self {
        Self {
            line: format!("GET {path} HTTP/1.1"),
            headers: Vec::new(),
            body: Vec::new(),
            from: Ipv4Addr::LOCALHOST,
        }
        .add("Host", "ml.example.com")
        .add("Connection", "close")
        .add("Accept", "text/html")
    }

    /// A form as a page of the console would send it through a proxy.
    pub fn post(path: &str, form: &str) -> Self {
        Self {
            body: form.as_bytes().to_vec(),
            ..Self::get(path)
        }
        .method("POST")
        .add("Origin", PUBLIC)
        .add("Sec-Fetch-Site", "same-origin")
        .add("Content-Type", "application/x-www-form-urlencoded")
        .add("Content-Length", form.len().to_string())
    }

    /// With these headers too.
    pub fn with_all(self, headers: &[(String, String)]) -> Self {
        let headers = headers.iter();
        headers.fold(self, |shot, (name, value)| shot.add(name, value))
    }

    /// With one more header, even where there is one of that name.
    pub fn add(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers
            .push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Without the headers of this name.
    pub fn without(mut self, name: &str) -> Self {
        self.headers
            .retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self
    }

    /// With this header in place of those of its name.
    pub fn with(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).add(name, value)
    }

    /// With another method.
    pub fn method(mut self, method: &str) -> Self {
        let rest = self.line.split_once(' ').map_or("", |(_, rest)| rest);
        self.line = format!("{method} {rest}");
        self
    }

    /// With another first line.
    pub fn line(mut self, line: &str) -> Self {
        line.clone_into(&mut self.line);
        self
    }

    /// From another address of this machine.
    pub fn from(mut self, address: [u8; 4]) -> Self {
        self.from = address.into();
        self
    }

    /// With this body and no word of how long it is.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.without("Content-Length")
    }

    /// With this body, whatever the headers state about it.
    pub fn body_kept(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self
    }

    /// The bytes on the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = format!("{}\r\n", self.line).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it and reads what comes until the connection ends.
    pub async fn send(&self, authority: &str) -> Reply {
        let mut stream = connect(authority, self.from).await;
        // Whoever was refused early may have been hung up on in the middle of a long body.
        let _ = stream.write_all(&self.bytes()).await;
        Reply::read(stream).await
    }
}

/// A connection from an address of this machine.
pub async fn connect(authority: &str, from: Ipv4Addr) -> TcpStream {
    let address: SocketAddr = authority.parse().expect("an address");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind(SocketAddr::from((from, 0)))
        .expect("an address of this machine");
    socket.connect(address).await.expect("a connection")
}

/// What came back.
pub struct Reply {
    /// The status; 0 where nothing came.
    pub status: u16,
    /// Everything that came, head and body.
    pub text: String,
}

impl Reply {
    /// Reads until the other end hangs up.
    pub async fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(WAIT_TIMEOUT, stream.read_to_end(&mut bytes)).await;
        assert!(read.is_ok(), "the connection is still open");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5));
        Self {
            status: status.map_or(0, |status| status.parse().expect("a status")),
            text,
        }
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let head = self.text.split("\r\n\r\n").next().unwrap_or_default();
        let mut lines = head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(own, _)| own.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// Nothing of others in it, and no name that the request alone brought.
    pub fn reveals_nothing(&self, attack: &str, named: bool) {
        assert!(!self.text.contains(EVIL), "{attack}: {self}");
        assert!(!self.text.contains(HIDDEN), "{attack}: {self}");
        assert!(
            named || !self.text.contains("secret-plan"),
            "{attack}: {self}"
        );
        let statuses = self.text.matches("HTTP/1.1 ").count();
        assert!(statuses <= 1, "{attack}: two answers: {self}");
    }

    /// What every answer must carry. Those to what is not HTTP at all come from the library, with no body.
    pub fn is_guarded(&self, attack: &str) {
        for never in ["set-cookie", "access-control-allow-origin", "server"] {
            assert_eq!(self.header(never), "", "{attack}: {never}");
        }
        if self.header("x-request-id").is_empty() {
            let body = self
                .text
                .split_once("\r\n\r\n")
                .map_or("", |(_, body)| body);
            assert_eq!(body, "", "{attack}");
            return;
        }
        for (name, value) in ALWAYS {
            assert_eq!(self.header(name), value, "{attack}: {name}");
        }
        assert_eq!(self.header("cache-control"), "no-store", "{attack}");
        let policy = self.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{attack}");
        assert!(policy.contains("frame-ancestors "), "{attack}: {policy}");
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:\n{}", self.status, self.text)
    }
}
