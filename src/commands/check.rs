//! `check`.

use std::io;
use std::path::PathBuf;

use crate::aws::Credentials;
use crate::{check, server};

use super::flags::Overrides;
use super::{CommandError, load, print};

/// Runs `check`.
pub async fn run(config: Option<PathBuf>) -> Result<u8, CommandError> {
    let settings = load(config, Overrides::default())?;
    let workspaces = server::connect(&settings.workspaces, &Credentials::Ambient).await;
    let mut status = 0;
    for workspace in &workspaces {
        if workspaces.len() > 1 {
            print(&format!("Workspace {}\n", workspace.name))?;
        }
        let outcome = check::run(&workspace.client, &mut io::stdout()).await;
        status = status.max(outcome.exit_status());
    }
    Ok(status)
}
