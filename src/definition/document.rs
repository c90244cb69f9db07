//! A JSON document in an arena.
//!
//! Definitions come from anywhere and may nest a hundred thousand levels deep within 1 MiB, hold numbers
//! that fit no type, or half a surrogate pair. So nothing here recurses (an arena also drops without
//! recursion), numbers keep their text, and a lone surrogate becomes U+FFFD.

mod parse;
mod print;
#[cfg(test)]
mod tests;

/// A JSON document. No operation recurses, so any nesting is safe to read, walk, print and drop.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// All strings, names and numbers, one after another.
    text: String,
    /// All values; the first one is the root.
    nodes: Vec<Node>,
    /// The members of all arrays and objects, each one's in a row.
    links: Vec<Link>,
    /// For each large object, its members (as offsets into its row) sorted by name.
    sorted: Vec<u32>,
    /// A name that an object has more than once; the first such object to end has it.
    repeated: Option<Span>,
}

/// Names a value within its [`Document`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// A stretch of [`Document::text`].
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

/// A value; the ranges of arrays and objects are in [`Document::links`].
#[derive(Debug, Clone, Copy)]
enum Node {
    Null,
    Bool(bool),
    Number(Span),
    String(Span),
    Array(Span),
    /// With the start of its row in [`Document::sorted`], if it is large.
    Object(Span, Option<u32>),
}

/// A member of an object, or an item of an array (then without a name).
#[derive(Debug, Clone, Copy)]
struct Link {
    name: Span,
    node: NodeId,
}

/// Objects up to this many members are searched one by one.
const MAX_LINEAR_SEARCH_MEMBERS: usize = 16;

/// Where and why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong there, as the middle of a sentence.
    pub message: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} at line {}, column {}",
            self.message, self.line, self.column
        )
    }
}

impl std::error::Error for SyntaxError {}

/// What sort of JSON value something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any size.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind in a sentence, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a Boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

impl Document {
    /// Reads a JSON text (RFC 8259, a byte order mark allowed). Of equal names in an object the last wins.
    ///
    /// # Errors
    /// Where the text stops being JSON.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        match Self::parse_lenient(text) {
            (_, Some(error)) => Err(error),
            (document, None) => Ok(document.unwrap_or_default()),
        }
    }

    /// Reads as much as is JSON: everything before the first error, with what was open there closed, and the error.
    /// `None` if not even the beginning of a value was found.
    pub fn parse_lenient(text: &str) -> (Option<Self>, Option<SyntaxError>) {
        let (document, error) = parse::parse(text);
        let something = !document.nodes.is_empty();
        (something.then_some(document), error)
    }

    /// The outermost value.
    pub fn root(&self) -> Value<'_> {
        Value {
            document: self,
            id: NodeId(0),
        }
    }

    /// The value of an id that a value of this document gave.
    pub fn value(&self, id: NodeId) -> Option<Value<'_>> {
        ((id.0 as usize) < self.nodes.len()).then_some(Value { document: self, id })
    }

    /// A name that an object has more than once.
    pub fn repeated_name(&self) -> Option<&str> {
        self.repeated.map(|span| self.text(span))
    }

    fn text(&self, span: Span) -> &str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    fn links(&self, span: Span) -> &[Link] {
        self.links
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }
}

/// A value in a document: a handle, cheap to copy.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    document: &'a Document,
    id: NodeId,
}

impl<'a> Value<'a> {
    /// Its id, which stays valid as long as the document.
    pub fn id(self) -> NodeId {
        self.id
    }

    fn node(self) -> Node {
        let node = self.document.nodes.get(self.id.0 as usize);
        node.copied().unwrap_or(Node::Null)
    }

    /// What sort of value it is.
    pub fn kind(self) -> Kind {
        match self.node() {
            Node::Null => Kind::Null,
            Node::Bool(_) => Kind::Bool,
            Node::Number(_) => Kind::Number,
            Node::String(_) => Kind::String,
            Node::Array(_) => Kind::Array,
            Node::Object(..) => Kind::Object,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<&'a str> {
        match self.node() {
            Node::String(span) => Some(self.document.text(span)),
            _ => None,
        }
    }

    /// The truth of a Boolean.
    pub fn as_bool(self) -> Option<bool> {
        match self.node() {
            Node::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// A number's text, exactly as written.
    pub fn as_number(self) -> Option<&'a str> {
        match self.node() {
            Node::Number(span) => Some(self.document.text(span)),
            _ => None,
        }
    }

    /// A scalar as one would type it: a string raw, a number as written, `true` or `false`. `None` for
    /// `null`, arrays and objects.
    pub fn to_text(self) -> Option<String> {
        match self.node() {
            Node::Bool(truth) => Some(truth.to_string()),
            Node::Number(span) | Node::String(span) => Some(self.document.text(span).to_owned()),
            Node::Null | Node::Array(_) | Node::Object(..) => None,
        }
    }

    /// The member of this name, when it is an object that has one. Logarithmic on large objects.
    pub fn get(self, name: &str) -> Option<Value<'a>> {
        let Node::Object(span, sorted) = self.node() else {
            return None;
        };
        let document = self.document;
        let links = document.links(span);
        let named = |link: &&Link| document.text(link.name) == name;
        let link = match sorted {
            None => links.iter().find(named),
            Some(start) => {
                let row = document.sorted.get(start as usize..)?.get(..links.len())?;
                let at = row
                    .binary_search_by(|&at| document.text(links[at as usize].name).cmp(name))
                    .ok()?;
                links.get(row[at] as usize)
            }
        };
        link.map(|link| self.at(link))
    }

    /// The items of an array; nothing for any other value.
    pub fn items(self) -> impl DoubleEndedIterator<Item = Value<'a>> + ExactSizeIterator {
        let links = match self.node() {
            Node::Array(span) => self.document.links(span),
            _ => &[],
        };
        links.iter().map(move |link| self.at(link))
    }

    /// The members of an object in the order of the text, each name once; nothing for any other value.
    pub fn entries(
        self,
    ) -> impl DoubleEndedIterator<Item = (&'a str, Value<'a>)> + ExactSizeIterator {
        let links = match self.node() {
            Node::Object(span, _) => self.document.links(span),
            _ => &[],
        };
        links
            .iter()
            .map(move |link| (self.document.text(link.name), self.at(link)))
    }

    /// Another value of the same document.
    pub(super) fn other(self, id: NodeId) -> Option<Value<'a>> {
        self.document.value(id)
    }

    /// How many items or members it has; 0 for a scalar.
    pub fn size(self) -> usize {
        self.links().len()
    }

    /// The item or member at a position, with its name if it is a member.
    pub(super) fn child(self, at: usize) -> Option<(Option<&'a str>, Value<'a>)> {
        let link = self.links().get(at)?;
        let name = (self.kind() == Kind::Object).then(|| self.document.text(link.name));
        Some((name, self.at(link)))
    }

    fn links(self) -> &'a [Link] {
        match self.node() {
            Node::Array(span) | Node::Object(span, _) => self.document.links(span),
            _ => &[],
        }
    }

    fn at(self, link: &Link) -> Value<'a> {
        Value {
            document: self.document,
            id: link.node,
        }
    }

    /// Compact JSON.
    pub fn to_json(self) -> String {
        print::print(self, 0)
    }

    /// JSON over several lines, indented by two spaces, until `indent_until` bytes are written; what comes
    /// after is compact. Indenting the deepest nesting of 1 MiB in full would take gigabytes.
    pub fn to_pretty(self, indent_until: usize) -> String {
        print::print(self, indent_until)
    }
}
