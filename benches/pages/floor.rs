//! A bare server that serves bytes from memory: what the machine and HTTP alone cost.
//!
//! It is a process of its own (this program, started again), as the console is.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::Result;
use crate::processes::{Program, start};

/// Starts this program as the bare server.
pub const COMMAND: &str = "bare-server";

/// The largest file it has.
const LARGEST: usize = 8 << 20;

/// The bare server, running.
pub struct Floor {
    /// Where it answers.
    pub address: String,
    _process: Program,
}

impl Floor {
    /// Starts it.
    pub async fn start() -> Result<Self> {
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command.arg(COMMAND);
        let (process, _) = start(command, "/0").await?;
        Ok(Self {
            address: process.address.clone(),
            _process: process,
        })
    }
}

/// Answers `/N` with N bytes until it is ended.
pub async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("Files: http://{}/", listener.local_addr()?);
    let bytes = Bytes::from(vec![b'x'; LARGEST]);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(talk(stream, bytes.clone()));
    }
}

async fn talk(stream: TcpStream, bytes: Bytes) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let size = request.uri().path()[1..].parse().unwrap_or(0);
        let body = bytes.slice(..LARGEST.min(size));
        async move { Ok::<_, Infallible>(Response::new(Full::new(body))) }
    });
    // A client that goes away is not an error of this server.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}
