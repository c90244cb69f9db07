//! Pipelines, executions and steps are named in one way: by the macros that show the name to read first and the exact
//! one beside it.

use std::path::Path;

use super::source::read;

/// What has one name only, and so may print it: the last part before `.name`.
const ONE_NAME: [&str; 5] = ["workspace", "parameter", "group", "field", "value"];

/// What a thing with two names gives one of them by.
const ONE_OF_TWO: [&str; 5] = [
    ".title()",
    ".exact()",
    ".name_beside()",
    ".id_behind()",
    ".spelled_out()",
];

/// The expressions that a template shows as text: those outside tags.
fn shown(template: &str) -> Vec<&str> {
    let mut shown = Vec::new();
    let (mut rest, mut inside_tag) = (template, false);
    while let Some(at) = rest.find(['<', '>', '{']) {
        let from_here = &rest[at..];
        let marks = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
        let mark = marks.iter().find(|(open, _)| from_here.starts_with(open));
        let Some((_, end)) = mark else {
            inside_tag = from_here.starts_with('<') || inside_tag && !from_here.starts_with('>');
            rest = &from_here[1..];
            continue;
        };
        let (expression, after) = from_here.split_once(*end).unwrap_or((from_here, ""));
        if *end == "}}" && !inside_tag {
            shown.push(&expression[2..]);
        }
        rest = after;
    }
    shown
}

/// Whether an expression shows one name of a thing that may have two.
fn shows_one_name(expression: &str) -> bool {
    let expression = expression.trim_matches(['-', ' ', '}']);
    let shown = match expression.strip_prefix("ui::words(") {
        Some(argument) => argument,
        None if expression.starts_with("ui::") => return false,
        None => expression,
    };
    let is_one_of_two = ONE_OF_TWO.iter().any(|call| shown.contains(call));
    let owner = shown.split(['|', ')']).next().unwrap_or_default();
    let owner = owner.trim().strip_suffix(".name");
    let owner = owner.map(|before| before.rsplit('.').next().unwrap_or_default());
    is_one_of_two || owner.is_some_and(|owner| !ONE_NAME.contains(&owner))
}

#[test]
fn templates_name_things_by_the_macros() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    read(root, &root.join("templates"), "html", &mut files);
    let mut found = Vec::new();
    for file in files
        .iter()
        .filter(|file| !file.path.ends_with("macros.html"))
    {
        for expression in shown(file.text()) {
            if shows_one_name(expression) {
                found.push(format!("{}: {expression}", file.path));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_name_by_itself_is_noticed() {
    for bad in [
        "<bdi>{{ step.name|visible }}</bdi>",
        "<p>{{ row.pipeline.name|visible }}",
        "<p>{{- execution.title()|visible -}}",
        "{{ named.exact() }}",
        "{{ ui::words(row.step.name) }}",
    ] {
        let found = shown(bad);
        assert!(found.iter().any(|one| shows_one_name(one)), "{bad}");
    }
    for good in [
        "<tr data-step=\"{{ step.named.exact() }}\">{{ ui::named(step.named) }}</tr>",
        "<b>{{ ui::words(group.name) }}</b>",
        "<b>{{ workspace.name|visible }}</b>{# {{ step.name|visible }} #}",
        "<td>{{ ui::named_link(links.pipeline(pipeline.exact()), pipeline) }}</td>",
        "<a href=\"{{ links.steps(step.named.exact()) }}\">{{ row.parameter.name|visible }}</a>",
    ] {
        let found = shown(good);
        assert!(!found.iter().any(|one| shows_one_name(one)), "{good}");
    }
}
