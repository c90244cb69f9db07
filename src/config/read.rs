//! Merges file, environment and flags, and reads the settings from the result.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::access::{read_access, refuse_ineffective_rules};
use super::catalog::read_catalog;
use super::embed::read_embed;
use super::fixes;
use super::identity::read_identity;
use super::ledger::read_ledger;
use super::reader::Reader;
use super::server::read_server;
use super::source::{InvalidSetting, SettingsError, Source};
use super::tree::{RawSetting, Tree, Value};
use super::variables::CONFIG_VARIABLE;
use super::workspace::read_workspaces;
use super::{Settings, file, variables};

/// The file that is read from the working directory if none is named.
const DEFAULT_FILE_NAME: &str = "sluicegate.toml";

/// Where settings are read from.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Vec<(OsString, OsString)>,
    /// The folder of `sluicegate.toml` if no file is named.
    pub directory: PathBuf,
    /// Setting, flag and value of the flags that were given.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

impl Inputs {
    /// This process's environment and working directory, with these flags.
    pub fn of_process(
        file: Option<PathBuf>,
        flags: Vec<(&'static str, &'static str, String)>,
    ) -> Self {
        Self {
            file,
            environment: std::env::vars_os().collect(),
            directory: PathBuf::new(),
            flags,
        }
    }

    /// The file to read, and what names it; `None` if nothing does and there is no default file.
    fn file(&self) -> Option<(PathBuf, Source)> {
        if let Some(path) = &self.file {
            return Some((path.clone(), Source::Flag("--config")));
        }
        let named = self
            .environment
            .iter()
            .find(|(name, _)| name == CONFIG_VARIABLE);
        if let Some((_, path)) = named.filter(|(_, path)| !path.is_empty()) {
            return Some((path.into(), Source::Variable(CONFIG_VARIABLE.to_owned())));
        }
        let path = self.directory.join(DEFAULT_FILE_NAME);
        path.exists().then_some((path, Source::Default))
    }
}

/// Reads the settings.
///
/// # Errors
/// Everything that is wrong with them, not only the first thing.
pub fn load(inputs: &Inputs) -> Result<Settings, SettingsError> {
    let mut tree = Tree::new();
    let mut invalid = Vec::new();
    if let Some((path, source)) = inputs.file() {
        read_file(&path, source, &mut tree, &mut invalid);
    }
    variables::read(&inputs.environment, &mut tree, &mut invalid);
    for (path, flag, text) in &inputs.flags {
        let setting = RawSetting {
            value: Value::Untyped(text.clone()),
            source: Source::Flag(flag),
        };
        tree.insert((*path).to_owned(), setting);
    }
    let mut reader = Reader {
        tree,
        invalid,
        entries: Vec::new(),
    };
    let state_dir = reader.take("state_dir", PathBuf::from("."));
    let server = read_server(&mut reader);
    let identity = read_identity(&mut reader, server.listen);
    let embed = read_embed(&mut reader);
    let access = read_access(&mut reader);
    let ledger = read_ledger(&mut reader);
    let workspaces = read_workspaces(&mut reader);
    let catalog = read_catalog(&mut reader);
    refuse_ineffective_rules(&mut reader, &access, identity.as_ref(), &workspaces);
    if !reader.invalid.is_empty() {
        return Err(SettingsError(reader.invalid));
    }
    Ok(Settings {
        state_dir,
        server,
        identity,
        embed,
        access,
        ledger,
        workspaces,
        catalog,
        entries: reader.entries,
    })
}

fn read_file(path: &Path, source: Source, tree: &mut Tree, invalid: &mut Vec<InvalidSetting>) {
    match std::fs::read_to_string(path) {
        Ok(text) => file::read(path, &text, tree, invalid),
        Err(error) => invalid.push(InvalidSetting {
            source,
            problem: format!(
                "the configuration file {} cannot be read: {error}",
                path.display()
            ),
            fix: fixes::READABLE_FILE.to_owned(),
        }),
    }
}
