//! `health`.

use std::path::PathBuf;

use crate::server;

use super::flags::Overrides;
use super::{BAD_SETTINGS, CommandError, load, start_failed};

/// Runs `health`.
pub async fn run(config: Option<PathBuf>, url: Option<String>) -> Result<u8, CommandError> {
    let url = match url {
        Some(url) => url,
        None => {
            let address = load(config, Overrides::default())?.server.listen;
            if address.port() == 0 {
                let sentence =
                    "server.listen has port 0, so the real port is not known; give it with --url";
                return Err(CommandError(BAD_SETTINGS, sentence.to_owned()));
            }
            format!("http://{address}/healthz")
        }
    };
    server::probe(&url).await.map(|()| 0).map_err(start_failed)
}
