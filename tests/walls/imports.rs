//! Which file imports from which: rooms in their order, files without circles.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{File, files};

/// The rooms of the console, from the top down: each may import from those below it.
const ROOMS: [&str; 18] = [
    "main",
    "cli",
    "commands",
    "demo",
    "audit",
    "check",
    "server",
    "config",
    "web",
    "identity",
    "ledger",
    "catalog",
    "graph",
    "database",
    "access",
    "token_bucket",
    "tests",
    "lib",
];

/// The members of the workspace: their files, and the crate's name.
const MEMBERS: [(&str, &str); 5] = [
    ("src/aws/", "sluicegate_aws"),
    ("src/definition/", "sluicegate_definition"),
    ("src/domain/", "sluicegate_domain"),
    ("src/emulator/", "sluicegate_emulator"),
    ("src/shapes/", "sluicegate_shapes"),
];

/// A module: the crate's folder, and its path inside the crate.
type Module = (&'static str, Vec<String>);

/// The module that a file holds: `src/web/links.rs` is `web::links`, `src/web/mod.rs` is `web`.
fn module(path: &str) -> Module {
    let folder = MEMBERS
        .iter()
        .map(|(folder, _)| *folder)
        .find(|folder| path.starts_with(folder))
        .unwrap_or("src/");
    let inside = path[folder.len()..].trim_end_matches(".rs");
    let names: Vec<String> = inside.split('/').map(str::to_owned).collect();
    let facade = ["lib", "mod"].contains(&names.last().map_or("", String::as_str));
    let kept = names.len() - usize::from(facade);
    (folder, names[..kept].to_vec())
}

/// Every path that a file's code names, as the names between `::`, braces resolved.
fn paths(file: &File) -> Vec<Vec<String>> {
    let lines: Vec<String> = file.code().into_iter().map(|(_, line)| line).collect();
    let code = lines.join("\n");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find("::") {
        let begin = rest[..at]
            .rfind(|c: char| !is_name(c))
            .map_or(0, |before| before + 1);
        let first = &rest[begin..at];
        let after = &rest[at + 2..];
        let length = if first.is_empty() {
            0
        } else {
            tree(after, vec![first.to_owned()], &mut found)
        };
        rest = &after[length..];
    }
    for statement in code.split("use {").skip(1) {
        tree(&format!("{{{statement}"), Vec::new(), &mut found);
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads what follows `prefix::`, a name or a group in braces; returns how many bytes it took.
fn tree(text: &str, prefix: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let Some(group) = text.strip_prefix('{') else {
        let length = text.find(|c| !is_name(c)).unwrap_or(text.len());
        let mut path = prefix;
        path.push(text[..length].to_owned());
        if length > 0 && text[length..].starts_with("::") {
            return length + 2 + tree(&text[length + 2..], path, found);
        }
        found.push(path);
        return length;
    };
    let mut at = 0;
    loop {
        at += group[at..].len() - group[at..].trim_start().len();
        match group[at..].chars().next() {
            None => return 1 + at,
            Some('}') => return 2 + at,
            Some(c) if is_name(c) || c == '{' => at += tree(&group[at..], prefix.clone(), found),
            Some(c) => at += c.len_utf8(),
        }
    }
}

/// The module of this project in which a path ends, seen from the file of `here`.
fn target(path: &[String], here: &Module, modules: &BTreeSet<Module>) -> Option<Module> {
    let (folder, inside) = here;
    let mut module = match path[0].as_str() {
        "crate" => (*folder, Vec::new()),
        "self" => here.clone(),
        "super" => (*folder, inside[..inside.len().checked_sub(1)?].to_vec()),
        name => match MEMBERS.iter().find(|(_, krate)| *krate == name) {
            Some((folder, _)) => (*folder, Vec::new()),
            None => {
                let mut child = inside.clone();
                child.push(name.to_owned());
                let child = (*folder, child);
                modules.contains(&child).then_some(child)?
            }
        },
    };
    for name in &path[1..] {
        if name == "super" {
            module.1.pop()?;
            continue;
        }
        let mut inner = module.clone();
        inner.1.push(name.clone());
        if !modules.contains(&inner) {
            break;
        }
        module = inner;
    }
    modules.contains(&module).then_some(module)
}

/// For each module those it imports from, itself left out.
fn imports(files: &[File]) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules: BTreeSet<Module> = files.iter().map(|file| module(&file.path)).collect();
    let mut imports: BTreeMap<Module, BTreeSet<Module>> = BTreeMap::new();
    for file in files {
        let here = module(&file.path);
        let targets = paths(file)
            .into_iter()
            .filter_map(|path| target(&path, &here, &modules))
            .filter(|to| *to != here)
            .collect();
        imports.insert(here, targets);
    }
    imports
}

/// The room of a module of the console; members are rooms of their own.
fn room(module: &Module) -> Option<&str> {
    (module.0 == "src/").then(|| module.1.first().map_or("lib", String::as_str))
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|known| *known == room)
}

/// Imports that go up between rooms, and rooms that are not in the order.
fn upward(files: &[File]) -> Vec<String> {
    let mut found = BTreeSet::new();
    for (from, targets) in imports(files) {
        let Some(upper) = room(&from) else { continue };
        if rank(upper).is_none() {
            found.insert(format!("{upper} is not in the order of rooms"));
        }
        for to in &targets {
            let Some(lower) = room(to) else { continue };
            if upper != lower && rank(upper) > rank(lower) {
                found.insert(format!(
                    "{upper} imports from {lower}: {}",
                    from.1.join("::")
                ));
            }
        }
    }
    found.into_iter().collect()
}

/// Whether one is the other's facade: a parent and what it is made of may know each other.
fn related(a: &Module, b: &Module) -> bool {
    a.0 == b.0 && (a.1.starts_with(&b.1) || b.1.starts_with(&a.1))
}

/// Groups of files that import each other in a circle.
fn circles(files: &[File]) -> Vec<String> {
    let mut imports = imports(files);
    for (from, targets) in &mut imports {
        targets.retain(|to| !related(from, to));
    }
    // What imports nothing that is left, or is imported by nothing left, is part of no circle.
    loop {
        let before = imports.len();
        let imported: BTreeSet<Module> = imports.values().flatten().cloned().collect();
        imports.retain(|module, targets| !targets.is_empty() && imported.contains(module));
        let left: BTreeSet<Module> = imports.keys().cloned().collect();
        for targets in imports.values_mut() {
            targets.retain(|to| left.contains(to));
        }
        if imports.len() == before && imports.values().all(|targets| !targets.is_empty()) {
            break;
        }
    }
    imports
        .iter()
        .map(|(from, targets)| {
            let targets: Vec<String> = targets.iter().map(|to| to.1.join("::")).collect();
            format!("{}{} -> {}", from.0, from.1.join("::"), targets.join(", "))
        })
        .collect()
}

fn made_of(sources: &[(&str, &str)]) -> Vec<File> {
    let file = |(path, text): &(&str, &str)| File::made_of(path, text);
    sources.iter().map(file).collect()
}

#[test]
fn rooms_import_downward_only() {
    let spoiled = made_of(&[
        ("src/web/mod.rs", ""),
        ("src/web/links.rs", "use std::fmt;"),
        (
            "src/ledger/act.rs",
            "use crate::{\n    access::Scope,\n    web::links::Links,\n};",
        ),
    ]);
    assert_eq!(upward(&spoiled), ["ledger imports from web: ledger::act"]);
    let inline = made_of(&[
        ("src/web/mod.rs", ""),
        ("src/graph/x.rs", "fn f() { super::super::web::g() }"),
    ]);
    assert_eq!(upward(&inline), ["graph imports from web: graph::x"]);
    let found = upward(&files());
    assert!(found.is_empty(), "imports go up:\n{}", found.join("\n"));
}

#[test]
fn files_import_in_no_circle() {
    let spoiled = made_of(&[
        ("src/web/a.rs", "use super::b::{B, c};"),
        ("src/web/b.rs", "use crate::web::c::C;"),
        ("src/web/c.rs", "fn f() -> super::a::A {}"),
        ("src/web/d.rs", "use super::a::A; // nothing imports it"),
        ("src/web/mod.rs", "use a::A; use super::web::b::B;"),
    ]);
    assert_eq!(
        circles(&spoiled),
        [
            "src/web::a -> web::b",
            "src/web::b -> web::c",
            "src/web::c -> web::a"
        ]
    );
    let found = circles(&files());
    assert!(
        found.is_empty(),
        "files import in circles:\n{}",
        found.join("\n")
    );
}
