//! Displays the effective settings.

use super::Settings;
use super::keys::in_list;

impl Settings {
    /// The effective settings as TOML that parses to the same settings, each with where it comes from.
    pub fn show(&self) -> String {
        let mut text = String::new();
        let mut section = String::new();
        for entry in &self.entries {
            let (path, key) = entry.key.rsplit_once('.').unwrap_or(("", &entry.key));
            if path != section {
                let header = match in_list(path) {
                    Some((list, _, "")) => format!("[[{list}]]"),
                    Some((list, _, below)) => format!("[{list}.{below}]"),
                    None => format!("[{path}]"),
                };
                text.push_str(&format!("\n{header}\n"));
                section = path.to_owned();
            }
            let setting = format!("{key} = {}", entry.value);
            text.push_str(&format!("{setting:<48} # {}\n", entry.source));
        }
        text
    }
}
