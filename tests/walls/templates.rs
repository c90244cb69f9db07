//! Templates choose and loop: they hold no code, no style, no unescaped text, and spell no address.

use std::path::Path;

use super::source::{File, read};

fn templates() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for ending in ["html", "svg"] {
        read(root, &root.join("templates"), ending, &mut files);
    }
    files
}

/// What is wrong with a template, in words.
fn faults(template: &str) -> Vec<&'static str> {
    let lower = template.to_ascii_lowercase();
    let mut faults = Vec::new();
    let mut check = |holds: bool, fault| {
        if holds {
            faults.push(fault);
        }
    };
    check(lower.contains("<style"), "a <style> element");
    check(has_inline_script(&lower), "a script without src");
    check(
        has_attribute(&lower, |name| name == "style"),
        "a style attribute",
    );
    check(has_attribute(&lower, is_handler), "an event handler");
    check(
        has_attribute(&lower, |name| name.starts_with("hx-on")),
        "code for htmx",
    );
    check(lower.contains("javascript:"), "a javascript: address");
    check(
        lower.replace(' ', "").contains("|safe"),
        "text that is not escaped",
    );
    check(spells_address(&lower), "an address of its own");
    check(
        has_attribute(&lower, |name| ["hx-confirm", "hx-prompt"].contains(&name)),
        "a window of the browser's own, which frames may not open",
    );
    check(
        filters_trigger(&lower),
        "a trigger filter, which htmx would evaluate",
    );
    faults
}

/// `onclick` and its kin; `on` alone and words like `one` are none.
fn is_handler(name: &str) -> bool {
    name.len() > 3 && name.starts_with("on") && name.bytes().all(|b| b.is_ascii_lowercase())
}

fn has_inline_script(text: &str) -> bool {
    text.split("<script").skip(1).any(|rest| {
        let (tag, inside) = rest.split_once('>').unwrap_or((rest, ""));
        !tag.contains("src=") || !inside.starts_with("</script>")
    })
}

/// Whether any tag has an attribute whose name passes. Template expressions inside tags are skipped.
fn has_attribute(text: &str, passes: impl Fn(&str) -> bool) -> bool {
    let plain = without_expressions(text);
    let tags = plain.split('<').skip(1);
    tags.filter_map(|rest| rest.split_once('>'))
        .any(|(tag, _)| {
            let mut outside = String::new();
            for (place, part) in tag.split('"').enumerate() {
                outside.push_str(if place % 2 == 0 { part } else { " " });
            }
            outside
                .split_whitespace()
                .skip(1)
                .filter_map(|word| word.split('=').next())
                .any(&passes)
        })
}

fn without_expressions(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = ["{{", "{%", "{#"]
        .iter()
        .filter_map(|open| rest.find(open))
        .min()
    {
        plain.push_str(&rest[..at]);
        let close = match &rest[at..at + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        rest = rest[at..].split_once(close).map_or("", |(_, after)| after);
    }
    plain + rest
}

fn spells_address(text: &str) -> bool {
    [
        "href",
        "src",
        "action",
        "formaction",
        "hx-get",
        "hx-post",
        "hx-push-url",
    ]
    .iter()
    .any(|name| text.contains(&format!(" {name}=\"/")) || text.contains(&format!(" {name}=\"http")))
}

fn filters_trigger(text: &str) -> bool {
    text.split("hx-trigger=\"").skip(1).any(|rest| {
        let value = rest.split('"').next().unwrap_or_default();
        value.contains('[')
    })
}

#[test]
fn templates_hold_no_code_and_spell_no_address() {
    let files = templates();
    assert!(files.len() > 10, "only {} templates", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            faults(file.text())
                .into_iter()
                .map(|fault| format!("{}: {fault}", file.path))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_fault_is_noticed() {
    for bad in [
        "<style>a{}</style>",
        "<script>x()</script>",
        "<script src=\"a\">x()</script>",
        "<p style=\"color:red\">",
        "<p id=\"{{ a }}\" onclick=\"x()\">",
        "<p hx-on:click=\"x()\">",
        "<a href=\"javascript:x()\">",
        "{{ text | safe }}",
        "<a href=\"/w/default\">",
        "<a class=\"x\" href=\"https://example.com\">",
        "<form action=\"/x\">",
        "<p hx-trigger=\"click[ctrlKey]\">",
        "<a hx-confirm=\"Sure?\">",
    ] {
        assert_eq!(faults(bad).len(), 1, "{bad}: {:?}", faults(bad));
    }
    for good in [
        "<script defer src=\"{{ a }}\"></script>",
        "<a href=\"{{ links.home() }}\" {% if one %}aria-current=\"page\"{% endif %}>onclick= style= in words</a>",
        "<p title=\"style = onclick\" hx-trigger=\"every {{ n }}s\">",
    ] {
        assert_eq!(faults(good), [""; 0], "{good}");
    }
}
