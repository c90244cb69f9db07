//! Lays file, environment and flags over each other and makes settings of them.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::source::{Problem, Refused, Source};
use super::tree::{Found, Tree, Value};
use super::values::{Kind, Size};
use super::variables::CONFIG;
use super::workspace::read_workspaces;
use super::{
    BODY_LIMIT, Entry, Ledger, Secret, Server, Settings, TICKET_LIFETIME, file, variables,
};

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
    let ledger = read_ledger(&mut reader);
    let workspaces = read_workspaces(&mut reader);
    if !reader.problems.is_empty() {
        return Err(Refused(reader.problems));
    }
    Ok(Settings {
        state_dir,
        server,
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

fn read_server(reader: &mut Reader) -> Server {
    let listen: std::net::SocketAddr = reader.take("server.listen", ([127, 0, 0, 1], 8080).into());
    if !listen.ip().is_loopback() {
        reader.refuse(
            "server.listen",
            format!(
                "{listen} can be reached from other machines, and this version cannot tell who asks: \
                 whoever reaches it could start and stop paid work"
            ),
            "listen on a loopback address: 127.0.0.1 or [::1]",
        );
    }
    let public_origins = reader.take("server.public_origins", Vec::new());
    let Size(body_limit) = reader.take("server.body_limit", Size(BODY_LIMIT));
    if !(1 << 10..=4 << 20).contains(&body_limit) {
        reader.refuse(
            "server.body_limit",
            "it is out of bounds".to_owned(),
            "write a size from 1KiB to 4MiB",
        );
    }
    Server {
        listen,
        public_origins,
        body_limit,
    }
}

fn read_ledger(reader: &mut Reader) -> Ledger {
    let key_file: Option<String> = reader.take("ledger.key_file", None);
    let key = key_file.and_then(|path| match std::fs::read(&path) {
        Ok(bytes) if bytes.trim_ascii().len() >= 32 => {
            Some(Secret::new(bytes.trim_ascii().to_vec()))
        }
        Ok(_) => {
            reader.refuse(
                "ledger.key_file",
                format!("{path} holds fewer than 32 bytes, which can be guessed"),
                "fill it with `openssl rand -hex 32`",
            );
            None
        }
        Err(error) => {
            reader.refuse(
                "ledger.key_file",
                format!("{path} cannot be read: {error}"),
                "name a file that can be read",
            );
            None
        }
    });
    let ticket_lifetime = reader.take("ledger.ticket_lifetime", TICKET_LIFETIME);
    let bounds = Duration::from_secs(60)..=Duration::from_secs(7 * 86_400);
    if !bounds.contains(&ticket_lifetime) {
        reader.refuse(
            "ledger.ticket_lifetime",
            "it is out of bounds".to_owned(),
            "write a length of time from 1m to 7d",
        );
    }
    Ledger {
        key,
        ticket_lifetime,
    }
}

/// Takes settings out of the tree, and keeps what is wrong with them.
pub(super) struct Reader {
    pub tree: Tree,
    pub problems: Vec<Problem>,
    entries: Vec<Entry>,
}

impl Reader {
    /// The setting at `path`, or the default where it is not set or refused.
    pub fn take<T: Kind>(&mut self, path: &str, default: T) -> T {
        let (value, source) = match self.tree.get(path) {
            None => (default, Source::Default),
            Some(found) => {
                let source = found.source.clone();
                match T::read(&found.value) {
                    Ok(value) => (value, source),
                    Err((what, fix)) => {
                        self.refuse(path, what, &fix);
                        (default, source)
                    }
                }
            }
        };
        self.entries.push(Entry {
            key: path.to_owned(),
            value: value.show(),
            source,
        });
        value
    }

    /// Refuses the setting at `path`.
    pub fn refuse(&mut self, path: &str, what: String, fix: &str) {
        let source = self
            .tree
            .get(path)
            .map_or(Source::Default, |found| found.source.clone());
        self.problems.push(Problem {
            source,
            what: format!("{path}: {what}"),
            fix: fix.to_owned(),
        });
    }
}
