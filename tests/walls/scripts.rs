//! Scripts work in any frame: no cookie, no storage that anything depends on, no window of the browser's own, and
//! no message to every window.

use std::path::Path;

use super::source::{File, read};

/// Where a choice may be kept: the theme, and what reads it before the first frame is drawn; and the suggestions that
/// were used last, without which `tests/browser/create.test.mjs` shows the list to work.
const MAY_KEEP: [&str; 3] = ["static/theme.js", "static/start.js", "static/combobox.js"];

/// Where what was typed and the width of the panel are kept, in the tab's own storage. Both work without it too, which
/// `tests/browser/entries.test.mjs` shows of the first.
const MAY_KEEP_IN_THE_TAB: [&str; 2] = ["static/drafts.js", "static/panel.js"];

fn scripts() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    read(root, &root.join("static"), "js", &mut files);
    files
}

/// What is wrong with a script, in words.
fn violations(path: &str, script: &str) -> Vec<&'static str> {
    let mut violations = Vec::new();
    for (word, violation) in [
        ("document.cookie", "a cookie"),
        ("cookieStore", "a cookie"),
        ("indexedDB", "storage"),
        ("eval(", "code out of text"),
        ("innerHTML =", "markup out of text"),
    ] {
        if script.contains(word) {
            violations.push(violation);
        }
    }
    if script.contains("localStorage") && !MAY_KEEP.contains(&path) {
        violations.push("storage");
    }
    if script.contains("sessionStorage") && !MAY_KEEP_IN_THE_TAB.contains(&path) {
        violations.push("storage");
    }
    let calls = |name: &str| {
        ["window.", "globalThis.", " ", "(", "!"]
            .iter()
            .any(|before| script.contains(&format!("{before}{name}(")))
    };
    if ["confirm", "alert", "prompt"]
        .iter()
        .any(|name| calls(name))
    {
        violations.push("a window of the browser's own");
    }
    if script.contains(", '*')") || script.contains(", \"*\")") || script.contains("targetOrigin") {
        violations.push("a message to anybody");
    }
    violations
}

#[test]
fn scripts_need_no_cookie_no_storage_and_no_window() {
    let files = scripts();
    assert!(files.len() > 5, "only {} scripts", files.len());
    let own = files.iter().filter(|file| !file.path.contains("/vendor/"));
    let found: Vec<String> = own
        .flat_map(|file| {
            violations(&file.path, file.text())
                .into_iter()
                .map(|violation| format!("{}: {violation}", file.path))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_vendored_scripts_keep_nothing() {
    for file in scripts() {
        for word in ["document.cookie", "sessionStorage", "localStorage"] {
            assert!(
                !file.path.contains("/vendor/") || !file.text().contains(word),
                "{}: {word}",
                file.path
            );
        }
    }
}

#[test]
fn every_violation_in_a_script_is_noticed() {
    for bad in [
        "document.cookie = 'a=b'",
        "sessionStorage.setItem('a', 'b')",
        "localStorage.getItem('a')",
        "if (window.confirm('Sure?')) go()",
        "if (!confirm('Sure?')) return",
        "parent.postMessage(message, '*')",
        "parent.postMessage(message, { targetOrigin: any })",
        "eval(text)",
        "box.innerHTML = text",
    ] {
        assert_eq!(violations("static/x.js", bad).len(), 1, "{bad}");
    }
    let fine = "// confirmed, alerted\nwindow.parent.postMessage(message, origin)";
    assert_eq!(violations("static/x.js", fine), [""; 0]);
    assert_eq!(
        violations("static/theme.js", "localStorage.getItem('a')"),
        [""; 0]
    );
    assert_eq!(
        violations("static/drafts.js", "localStorage.getItem('a')"),
        ["storage"]
    );
}
