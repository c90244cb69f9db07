//! Source files as the walls read them: code without comments and without what is in quotes.

use std::path::Path;

/// One file of the source.
pub struct File {
    /// Its path from the project's folder.
    pub path: String,
    text: String,
}

impl File {
    /// A file of the walls' own, to try them on.
    pub fn made_of(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The room it belongs to: `web` for `src/web/links.rs`, `main` for `src/main.rs`.
    pub fn room(&self) -> &str {
        let inside = self.path.trim_start_matches("src/");
        let room = inside.split('/').next().unwrap_or_default();
        room.trim_end_matches(".rs")
    }

    /// Its lines of code with their numbers, without comments and the insides of strings. Test code is left out:
    /// the walls do not bind it.
    pub fn code(&self) -> Vec<(usize, String)> {
        let is_test = self.path.ends_with("/tests.rs") || self.path.contains("/tests/");
        if is_test {
            return Vec::new();
        }
        let code = strip(&self.text);
        let production = code
            .split("#[cfg(test)]\nmod tests {")
            .next()
            .unwrap_or_default();
        let lines = production.lines().enumerate();
        lines
            .map(|(number, line)| (number + 1, line.to_owned()))
            .collect()
    }
}

/// Every Rust file under `src/`.
pub fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    read(root, &root.join("src"), "rs", &mut files);
    files
}

/// Every file with this ending under a folder, by its path from the project's folder.
pub fn read(root: &Path, folder: &Path, ending: &str, files: &mut Vec<File>) {
    let entries = std::fs::read_dir(folder).expect("a folder of the project");
    for entry in entries {
        let path = entry.expect("a folder of the project").path();
        if path.is_dir() {
            read(root, &path, ending, files);
        } else if path.extension().is_some_and(|e| e == ending) {
            let short = path.strip_prefix(root).expect("inside the project");
            let text = std::fs::read_to_string(&path).expect("text");
            files.push(File::made_of(&short.to_string_lossy(), &text));
        }
    }
}

impl File {
    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Takes out comments and what is in quotes; line breaks stay, so that numbers are right.
fn strip(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest, &code) {
            length
        } else if rest.starts_with('"') {
            quoted(rest)
        } else if rest.starts_with("'\"'") {
            3
        } else if rest.starts_with("'\\\"'") {
            4
        } else {
            let c = rest.chars().next().unwrap_or(' ');
            code.push(c);
            at += c.len_utf8();
            continue;
        };
        code.extend(rest[..length].chars().filter(|c| *c == '\n'));
        at += length;
    }
    code
}

fn quoted(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn raw_string(rest: &str, before: &str) -> Option<usize> {
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !before.ends_with('b') {
        return None;
    }
    let hashes = rest.strip_prefix('r')?;
    let count = hashes.len() - hashes.trim_start_matches('#').len();
    let inside = hashes[count..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(count));
    let opened = 2 + count;
    Some(
        inside
            .find(&close)
            .map_or(rest.len(), |end| opened + end + close.len()),
    )
}

#[test]
fn comments_and_strings_are_no_code() {
    let text = "a // b\nc \"d \\\" e\" f r#\"g\" h\"# i /* j\n k */ l '\"' m";
    let code: Vec<String> = File::made_of("src/x.rs", text)
        .code()
        .into_iter()
        .map(|(_, line)| line)
        .collect();
    let words: Vec<Vec<&str>> = code
        .iter()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(words, [vec!["a"], vec!["c", "f", "i"], vec!["l", "m"]]);
}
