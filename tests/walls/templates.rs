//! Templates choose and loop: they hold no code, no style, no unescaped text, and spell no address. Their lines are
//! short enough to review, and what spans several lines begins and ends where one sees it.

use std::path::Path;

use super::source::{File, read};

/// The longest line of a template, in characters.
const MAX_LINE_CHARS: usize = 120;

/// Elements without an end tag, in HTML and in our drawings.
const VOID: [&str; 6] = ["br", "hr", "input", "link", "meta", "wbr"];

fn templates() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for ending in ["html", "svg"] {
        read(root, &root.join("templates"), ending, &mut files);
    }
    files
}

/// What is wrong with a template, in words.
fn violations(template: &str) -> Vec<&'static str> {
    let lower = template.to_ascii_lowercase();
    let mut violations = Vec::new();
    let mut check = |holds: bool, violation| {
        if holds {
            violations.push(violation);
        }
    };
    // One whose text is a file's, of which the page's policy has the digest.
    let without_file = lower.replace("<style>{{ self.style() }}</style>", "");
    check(without_file.contains("<style"), "a <style> element");
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
    violations
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

/// A tag of a template or of an element: what it does to the nesting, and where it is.
struct Tag {
    line: usize,
    nesting: Nesting,
    /// Whether nothing precedes it on its line.
    begins: bool,
    /// Whether it is alone on its line.
    alone: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Nesting {
    Opens,
    /// `else` and `when`.
    Divides,
    Closes,
}

impl Tag {
    fn at(text: &str, range: std::ops::Range<usize>, nesting: Nesting) -> Self {
        let before = text[..range.start].rsplit('\n').next().unwrap_or_default();
        let after = text[range.end..].split('\n').next().unwrap_or_default();
        let begins = before.trim().is_empty();
        Self {
            line: text[..range.start].matches('\n').count() + 1,
            nesting,
            begins,
            alone: begins && after.trim().is_empty(),
        }
    }
}

/// The block tags of a template that open, divide or close a block.
fn block_tags(template: &str) -> Vec<Tag> {
    let text = blank(template, &[("{#", "#}")]);
    let mut tags = Vec::new();
    for (start, inside) in spans(&text, "{%", "%}") {
        let word = inside.trim_start_matches(['-', '+', '~']).trim_start();
        let word = word.split(|c: char| !c.is_alphanumeric()).next();
        let nesting = match word.unwrap_or_default() {
            "if" | "for" | "match" | "block" | "macro" | "call" | "filter" => Nesting::Opens,
            "else" | "when" => Nesting::Divides,
            word if word.starts_with("end") => Nesting::Closes,
            _ => continue,
        };
        let end = start + inside.len() + 4;
        tags.push(Tag::at(&text, start..end, nesting));
    }
    tags
}

/// The tags of elements that have an end tag.
fn element_tags(template: &str) -> Vec<Tag> {
    let text = blank(template, &[("{#", "#}"), ("{%", "%}"), ("{{", "}}")]);
    let mut tags = Vec::new();
    for (start, inside) in spans(&text, "<", ">") {
        let name = inside.trim_start_matches('/');
        let name = name.split(|c: char| !c.is_alphanumeric()).next();
        let name = name.unwrap_or_default();
        if name.is_empty() || VOID.contains(&name) || inside.ends_with('/') {
            continue;
        }
        let nesting = match inside.starts_with('/') {
            true => Nesting::Closes,
            false => Nesting::Opens,
        };
        tags.push(Tag::at(template, start..start + inside.len() + 2, nesting));
    }
    tags
}

/// The text with everything between these marks, and the marks, blanked out; line breaks stay.
fn blank(text: &str, marks: &[(&str, &str)]) -> String {
    let mut blanked = text.to_owned();
    for (open, close) in marks {
        for (start, inside) in spans(text, open, close) {
            let end = start + open.len() + inside.len() + close.len();
            let filler: String = text[start..end]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { '_' })
                .collect();
            blanked.replace_range(start..end, &filler);
        }
    }
    blanked
}

/// Where the marks are, and what is between them.
fn spans<'a>(text: &'a str, open: &str, close: &str) -> Vec<(usize, &'a str)> {
    let mut spans = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find(open) {
        let start = from + at;
        let inside = &text[start + open.len()..];
        let Some(length) = inside.find(close) else {
            break;
        };
        spans.push((start, &inside[..length]));
        from = start + open.len() + length + close.len();
    }
    spans
}

/// The pairs of tags that are on different lines, with those that divide them.
fn spanning(tags: Vec<Tag>) -> Vec<Vec<Tag>> {
    let mut open: Vec<Vec<Tag>> = Vec::new();
    let mut spanning = Vec::new();
    for tag in tags {
        match tag.nesting {
            Nesting::Opens => open.push(vec![tag]),
            Nesting::Divides => open.last_mut().expect("an open block").push(tag),
            Nesting::Closes => {
                let mut block = open.pop().expect("an open block or element");
                block.push(tag);
                if block.first().map(|tag| tag.line) != block.last().map(|tag| tag.line) {
                    spanning.push(block);
                }
            }
        }
    }
    assert!(open.is_empty(), "something is never closed");
    spanning
}

/// What makes a template hard to read, with the number of the line.
fn layout_violations(template: &str) -> Vec<(usize, &'static str)> {
    let mut violations = Vec::new();
    for (number, line) in template.lines().enumerate() {
        if line.chars().count() > MAX_LINE_CHARS {
            violations.push((number + 1, "a line over 120 characters"));
        }
    }
    for block in spanning(block_tags(template)) {
        let crowded = block.iter().filter(|tag| !tag.alone);
        violations
            .extend(crowded.map(|tag| (tag.line, "a block tag that is not alone on its line")));
    }
    for element in spanning(element_tags(template)) {
        if !element[0].begins {
            violations.push((
                element[0].line,
                "an element of several lines that does not begin its line",
            ));
        }
    }
    violations
}

#[test]
fn templates_are_laid_out_to_be_read() {
    let found: Vec<String> = templates()
        .iter()
        .flat_map(|file| {
            layout_violations(file.text())
                .into_iter()
                .map(|(line, violation)| format!("{}:{line}: {violation}", file.path))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_violation_of_layout_is_noticed() {
    let long = format!("<p>{}</p>", "x".repeat(MAX_LINE_CHARS));
    for bad in [
        long.as_str(),
        "<p>{% if a %}\n  b\n{% endif %}</p>",
        "{%- if a %}\n  b\n{% else %}c{% endif %}",
        "{% match a %}\n{% when B %}b\n{% endmatch %}",
        "{% for a in b %}<p>\n</p>\n{% endfor %}",
        "<div><p>\n</p></div>",
        "<td>a <span\n  class=\"b\">c</span></td>",
    ] {
        assert!(!layout_violations(bad).is_empty(), "{bad}");
    }
    for good in [
        "{%- if a -%}\n  <p>b</p>\n{%- else if c %}\n  <p>d <b>e</b></p>\n{% endif %}",
        "<p{% if a %} class=\"b\"{% endif %}>\n  {# <i> {% if %} #}\n  <br><i>c</i>\n</p>",
        "<input\n  name=\"a\"\n  {%- if b > 1 %} checked{% endif %}>",
    ] {
        assert_eq!(layout_violations(good), [], "{good}");
    }
}

/// A table's header or a cell's label that a template spells by itself.
fn spells_a_column(template: &str) -> bool {
    let text = blank(template, &[("{#", "#}")]).to_ascii_lowercase();
    let is_header = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric());
    text.contains("data-label") || text.split("<th").skip(1).any(is_header)
}

#[test]
fn columns_are_declared_once_and_shown_by_the_macros() {
    let found: Vec<String> = templates()
        .into_iter()
        .filter(|file| file.path != "templates/macros.html" && spells_a_column(file.text()))
        .map(|file| file.path)
        .collect();
    assert!(
        found.is_empty(),
        "a header or a cell's label outside macros.html:\n{}",
        found.join("\n")
    );
}

#[test]
fn every_column_of_a_template_s_own_is_noticed() {
    for bad in [
        "<th>a</th>",
        "<TH scope=\"col\">a</TH>",
        "<td data-label=\"a\">",
    ] {
        assert!(spells_a_column(bad), "{bad}");
    }
    for good in ["<thead>", "{# <th> #}<td{{ ui::cell(column) }}>"] {
        assert!(!spells_a_column(good), "{good}");
    }
}

#[test]
fn templates_hold_no_code_and_spell_no_address() {
    let files = templates();
    assert!(files.len() > 10, "only {} templates", files.len());
    let found: Vec<String> = files
        .iter()
        .flat_map(|file| {
            violations(file.text())
                .into_iter()
                .map(|violation| format!("{}: {violation}", file.path))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_violation_is_noticed() {
    for bad in [
        "<style>a{}</style>",
        "<style>{{ self.style() }} a{}</style>",
        "<style>{{ style }}</style>",
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
        assert_eq!(violations(bad).len(), 1, "{bad}: {:?}", violations(bad));
    }
    for good in [
        "<script defer src=\"{{ a }}\"></script>",
        "<a href=\"{{ links.home() }}\" {% if one %}aria-current=\"page\"{% endif %}>onclick= style= in words</a>",
        "<p title=\"style = onclick\" hx-trigger=\"every {{ n }}s\">",
    ] {
        assert_eq!(violations(good), [""; 0], "{good}");
    }
}
