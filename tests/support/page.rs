//! A look into a page through the tree a browser would build of it.

use std::collections::BTreeMap;

use html5ever::tendril::TendrilSink;
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{Handle, NodeData, RcDom};

use super::selector::{self, Compound};

/// A page, or a part of one.
pub struct Page {
    root: Handle,
    /// Keeps the tree whole for as long as it is looked at.
    _tree: RcDom,
}

impl Page {
    /// Reads markup as a browser does.
    pub fn read(html: &str) -> Self {
        let tree = parse_document(RcDom::default(), ParseOpts::default()).one(html);
        Self {
            root: tree.document.clone(),
            _tree: tree,
        }
    }

    /// The whole tree as an element.
    pub fn root(&self) -> Element {
        Element(self.root.clone())
    }

    /// Every element that matches, in the order of the page.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        self.root().all(selector)
    }

    /// The first that matches, if any does.
    pub fn find(&self, selector: &str) -> Option<Element> {
        self.all(selector).into_iter().next()
    }

    /// Whether anything matches.
    pub fn has(&self, selector: &str) -> bool {
        self.find(selector).is_some()
    }

    /// The only one that matches.
    #[track_caller]
    pub fn one(&self, selector: &str) -> Element {
        let mut found = self.all(selector);
        assert_eq!(
            found.len(),
            1,
            "{selector} should match once on this page:\n{}",
            self.text()
        );
        found.remove(0)
    }

    /// The values of an attribute, of every element that has it.
    pub fn values(&self, attribute: &str) -> Vec<String> {
        let all = self.all(&format!("[{attribute}]"));
        all.iter()
            .map(|element| element.attribute(attribute))
            .collect()
    }

    /// What a reader sees, with white space folded.
    pub fn text(&self) -> String {
        self.root().text()
    }

    /// The address of the link with this text.
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let links = self.all("a[href]");
        let found = links.iter().find(|link| link.text().contains(text));
        match found {
            Some(link) => link.attribute("href"),
            None => panic!("no link has the text {text:?}:\n{}", self.text()),
        }
    }

    /// Whether a link has this text.
    pub fn has_link(&self, text: &str) -> bool {
        self.all("a[href]")
            .iter()
            .any(|link| link.text().contains(text))
    }

    /// The fields of the form that is sent to this address, with the values a browser would send.
    #[track_caller]
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let form = self.one(&format!("form[action=\"{action}\"]"));
        form.all("[name]").iter().flat_map(Element::field).collect()
    }
}

/// Sets a field of a form, in the place it has.
pub fn set(form: &mut Vec<(String, String)>, name: &str, value: &str) {
    form.retain(|(field, _)| field != name);
    form.push((name.to_owned(), value.to_owned()));
}

/// A field's value in a form, or nothing.
pub fn value<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let field = form.iter().find(|(field, _)| field == name)?;
    Some(field.1.as_str())
}

/// One element.
#[derive(Clone)]
pub struct Element(Handle);

impl Element {
    /// Every element inside that matches.
    pub fn all(&self, selector: &str) -> Vec<Element> {
        let path = selector::parse(selector);
        let mut found = Vec::new();
        collect(&self.0, &path, 0, &mut found);
        found
    }

    /// The first inside that matches, if any does.
    pub fn find(&self, selector: &str) -> Option<Element> {
        self.all(selector).into_iter().next()
    }

    /// An attribute's value; empty if it has none.
    pub fn attribute(&self, name: &str) -> String {
        self.attributes().remove(name).unwrap_or_default()
    }

    /// Whether it has the attribute.
    pub fn has(&self, name: &str) -> bool {
        self.attributes().contains_key(name)
    }

    /// Its attributes by name.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let NodeData::Element { attrs, .. } = &self.0.data else {
            return BTreeMap::new();
        };
        let pairs = attrs.borrow();
        pairs
            .iter()
            .map(|a| (a.name.local.to_string(), a.value.to_string()))
            .collect()
    }

    /// Its name: `div`.
    pub fn tag(&self) -> String {
        match &self.0.data {
            NodeData::Element { name, .. } => name.local.to_string(),
            _ => String::new(),
        }
    }

    /// The text inside, with white space folded.
    pub fn text(&self) -> String {
        self.raw_text()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The text inside, unchanged.
    pub fn raw_text(&self) -> String {
        let mut text = String::new();
        gather(&self.0, &mut text);
        text
    }

    /// Its children that are elements.
    pub fn children(&self) -> Vec<Element> {
        let children = self.0.children.borrow();
        let elements = children.iter().filter(|node| is_element(node));
        elements.cloned().map(Element).collect()
    }

    /// What a browser would send of this field.
    fn field(&self) -> Option<(String, String)> {
        let kind = self.attribute("type");
        let choosable = matches!(kind.as_str(), "checkbox" | "radio");
        let idle = matches!(kind.as_str(), "submit" | "button") || self.tag() == "button";
        if idle || self.has("disabled") || (choosable && !self.has("checked")) {
            return None;
        }
        let value = match self.tag().as_str() {
            "input" => self.attribute("value"),
            "textarea" => self.raw_text().trim_start_matches('\n').to_owned(),
            "select" => self.chosen(),
            _ => return None,
        };
        Some((self.attribute("name"), value))
    }

    fn chosen(&self) -> String {
        let options = self.all("option");
        let selected = options.iter().find(|option| option.has("selected"));
        match selected.or_else(|| options.first()) {
            Some(option) if option.has("value") => option.attribute("value"),
            Some(option) => option.text(),
            None => String::new(),
        }
    }
}

fn is_element(node: &Handle) -> bool {
    matches!(node.data, NodeData::Element { .. })
}

fn matches(node: &Handle, wanted: &Compound) -> bool {
    let element = Element(node.clone());
    let tag_fits = wanted.tag.as_ref().is_none_or(|tag| *tag == element.tag());
    tag_fits && is_element(node) && {
        let attributes = element.attributes();
        wanted.attributes.iter().all(|(name, value)| match value {
            None => attributes.contains_key(name),
            Some(value) => attributes.get(name) == Some(value),
        })
    }
}

fn collect(node: &Handle, path: &[Compound], depth: usize, found: &mut Vec<Element>) {
    for child in node.children.borrow().iter() {
        let here = path.get(depth).is_some_and(|wanted| matches(child, wanted));
        let last = depth + 1 == path.len();
        if here && last {
            found.push(Element(child.clone()));
        }
        let next = if here && !last { depth + 1 } else { depth };
        collect(child, path, next, found);
    }
}

fn gather(node: &Handle, text: &mut String) {
    if let NodeData::Text { contents } = &node.data {
        text.push_str(&contents.borrow());
    }
    let silent = matches!(&node.data, NodeData::Element { name, .. }
        if matches!(&*name.local, "script" | "style" | "head"));
    if !silent {
        for child in node.children.borrow().iter() {
            gather(child, text);
            // Where a line may break, a word does not end.
            if is_element(child) && Element(child.clone()).tag() != "wbr" {
                text.push(' ');
            }
        }
    }
}

#[test]
fn pages_are_looked_into() {
    let page = Page::read(
        r#"<form action="/x"><input name="a" value="1"><textarea name="b">
two</textarea><select name="c"><option>x<option value="y" selected>z</select>
<input type="checkbox" name="d"><button name="e">go</button></form><p id="p">a <b>b</b></p>"#,
    );
    let form = page.form("/x");
    assert_eq!(value(&form, "a"), Some("1"));
    assert_eq!(value(&form, "b"), Some("two"));
    assert_eq!(value(&form, "c"), Some("y"));
    assert_eq!((value(&form, "d"), value(&form, "e")), (None, None));
    assert_eq!(page.one("#p").text(), "a b");
    assert_eq!(page.all("form [name]").len(), 5);
    assert!(!page.has("p [name]"));
}
