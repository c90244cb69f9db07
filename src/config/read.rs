//! Lays file, environment and flags over each other and makes settings of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::access::{read_access, refuse_idle_rules};
use super::embed::read_embed;
use super::identity::read_identity;
use super::ledger::read_ledger;
use super::reader::Reader;
use super::server::read_server;
use super::source::{Problem, Refused, Source};
use super::tree::{Found, Tree, Value};
use super::variables::CONFIG;
use super::workspace::read_workspaces;
use super::{Settings, file, variables};

/// The file that is read from the working directory when none is named.
const FILE: &str = "sluicegate.toml";

/// Where settings are read from.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The file of `--config`.
    pub file: Option<PathBuf>,
    /// The whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Where `sluicegate.toml` is looked for when no file is named.
    pub directory: PathBuf,
    /// Setting, flag and the flag's text, of the flags that were given.
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

    /// The file to read, and who named it; `None` where nobody did and there is none.
    fn file(&self) -> Option<(PathBuf, Source)> {
        if let Some(path) = &self.file {
            return Some((path.clone(), Source::Flag("--config")));
        }
        let named = self.environment.iter().find(|(name, _)| name == CONFIG);
        if let Some((_, path)) = named.filter(|(_, path)| !path.is_empty()) {
            return Some((path.into(), Source::Variable(CONFIG.to_owned())));
        }
        let path = self.directory.join(FILE);
        path.exists().then_some((path, Source::Default))
    }
}

/// Reads the settings.
///
/// # Errors
/// Everything that is wrong with them, not only the first.
pub fn load(inputs: &Inputs) -> Result<Settings, Refused> {
    let mut tree = Tree::new();
    let mut problems = Vec::new();
    if let Some((path, source)) = inputs.file() {
        read_file(&path, source, &mut tree, &mut problems);
    }
    variables::read(&inputs.environment, &mut tree, &mut problems);
    for (path, flag, text) in &inputs.flags {
        let found = Found {
            value: Value::Untyped(text.clone()),
            source: Source::Flag(flag),
        };
        tree.insert((*path).to_owned(), found);
    }
    let mut reader = Reader {
        tree,
        problems,
        entries: Vec::new(),
    };
    let state_dir = reader.take("state_dir", PathBuf::from("."));
    let server = read_server(&mut reader);
    let identity = read_identity(&mut reader, server.listen);
    let embed = read_embed(&mut reader);
    let access = read_access(&mut reader);
    let ledger = read_ledger(&mut reader);
    let workspaces = read_workspaces(&mut reader);
    refuse_idle_rules(&mut reader, &access, identity.as_ref(), &workspaces);
    if !reader.problems.is_empty() {
        return Err(Refused(reader.problems));
    }
    Ok(Settings {
        state_dir,
        server,
        identity,
        embed,
        access,
        ledger,
        workspaces,
        entries: reader.entries,
    })
}

fn read_file(path: &Path, source: Source, tree: &mut Tree, problems: &mut Vec<Problem>) {
    match std::fs::read_to_string(path) {
        Ok(text) => file::read(path, &text, tree, problems),
        Err(error) => problems.push(Problem {
            source,
            what: format!(
                "the configuration file {} cannot be read: {error}",
                path.display()
            ),
            fix: "name a file that can be read".to_owned(),
        }),
    }
}
