//! The few CSS selectors the journeys need: `tag`, `#id`, `[name]`, `[name="value"]`, joined and nested.

/// One step of a selector: everything that must hold for one element.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compound {
    /// The element's name; any if none.
    pub tag: Option<String>,
    /// Attributes it must have, some with their exact value.
    pub attributes: Vec<(String, Option<String>)>,
}

/// Reads a selector: the compounds from outermost to innermost.
pub fn parse(selector: &str) -> Vec<Compound> {
    let mut rest = selector.trim();
    let mut compounds = Vec::new();
    while !rest.is_empty() {
        let (compound, after) = compound(rest);
        compounds.push(compound);
        rest = after.trim_start();
    }
    compounds
}

fn compound(mut rest: &str) -> (Compound, &str) {
    let mut compound = Compound::default();
    let tag = word(rest);
    if !tag.is_empty() {
        compound.tag = Some(tag.to_owned());
        rest = &rest[tag.len()..];
    }
    loop {
        if let Some(after) = rest.strip_prefix('#') {
            let id = word(after);
            compound
                .attributes
                .push(("id".to_owned(), Some(id.to_owned())));
            rest = &after[id.len()..];
        } else if let Some(after) = rest.strip_prefix('[') {
            let (attribute, after) = attribute(after);
            compound.attributes.push(attribute);
            rest = after;
        } else {
            assert!(
                rest.is_empty() || rest.starts_with(' '),
                "not understood: {rest:?}"
            );
            return (compound, rest);
        }
    }
}

fn attribute(text: &str) -> ((String, Option<String>), &str) {
    let name = word(text);
    let rest = &text[name.len()..];
    if let Some(after) = rest.strip_prefix(']') {
        return ((name.to_owned(), None), after);
    }
    let value = rest.strip_prefix("=\"").expect("a value in quotes");
    let (value, after) = value
        .split_once("\"]")
        .expect("a closing quote and bracket");
    ((name.to_owned(), Some(value.to_owned())), after)
}

fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

#[test]
fn selectors_are_read() {
    let read = parse(r#"tr[data-status="Not run"] a#x[href]"#);
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].tag.as_deref(), Some("tr"));
    assert_eq!(
        read[0].attributes,
        [("data-status".to_owned(), Some("Not run".to_owned()))]
    );
    assert_eq!(
        read[1].attributes,
        [
            ("id".to_owned(), Some("x".to_owned())),
            ("href".to_owned(), None)
        ]
    );
}
