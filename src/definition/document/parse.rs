//! From text to arena: one pass, with the open arrays and objects on a stack of its own.

use super::{Document, Link, MAX_LINEAR_SEARCH_MEMBERS, Node, NodeId, Span, SyntaxError};

/// The largest text, so that positions fit 32 bits with room to spare. SageMaker's own limit is 1 MiB.
const MAX_TEXT_BYTES: usize = 64 << 20;

/// Reads `text`; what precedes an error is kept.
pub(super) fn parse(text: &str) -> (Document, Option<SyntaxError>) {
    if text.len() > MAX_TEXT_BYTES {
        let message = format!("{} bytes exceed the limit", text.len());
        let error = SyntaxError {
            line: 1,
            column: 1,
            message,
        };
        return (Document::default(), Some(error));
    }
    let mut parser = Parser {
        text,
        at: 0,
        document: Document::default(),
        open: Vec::new(),
        pending: Vec::new(),
    };
    let fault = parser.run().err();
    while !parser.open.is_empty() {
        parser.close();
    }
    let error = fault.map(|message| locate(text, parser.at, message));
    (parser.document, error)
}

fn locate(text: &str, at: usize, message: String) -> SyntaxError {
    let before = text.get(..at).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    SyntaxError {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        message,
    }
}

/// An array or object whose end has not been reached.
struct Open {
    node: NodeId,
    is_object: bool,
    /// Where its members begin in [`Parser::pending`].
    first: usize,
    /// The name that was read last.
    name: Span,
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    document: Document,
    open: Vec<Open>,
    /// The members of all that is open, outermost first.
    pending: Vec<Link>,
}

/// What may come next.
#[derive(Clone, Copy)]
enum Next {
    Value,
    ValueOrEnd,
    Name,
    NameOrEnd,
    CommaOrEnd,
}

impl Parser<'_> {
    fn run(&mut self) -> Result<(), String> {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        let mut next = Next::Value;
        loop {
            self.space();
            next = match (next, self.peek()) {
                (Next::ValueOrEnd, Some(b']')) | (Next::NameOrEnd, Some(b'}')) => self.end(),
                (Next::Value | Next::ValueOrEnd, _) => self.value()?,
                (Next::Name | Next::NameOrEnd, Some(b'"')) => self.name()?,
                (Next::Name | Next::NameOrEnd, _) => {
                    return Err(self.unexpected("a name in double quotes"));
                }
                (Next::CommaOrEnd, found) => self.comma_or_end(found)?,
            };
            if self.open.is_empty() {
                break;
            }
        }
        self.space();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the text")),
        }
    }

    fn value(&mut self) -> Result<Next, String> {
        match self.peek() {
            Some(b'{') => Ok(self.begin(true)),
            Some(b'[') => Ok(self.begin(false)),
            Some(b'"') => {
                let span = self.string()?;
                self.add(Node::String(span))
            }
            Some(b'-' | b'0'..=b'9') => {
                let span = self.number()?;
                self.add(Node::Number(span))
            }
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, word: &str, node: Node) -> Result<Next, String> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        self.add(node)
    }

    fn name(&mut self) -> Result<Next, String> {
        let name = self.string()?;
        if let Some(open) = self.open.last_mut() {
            open.name = name;
        }
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("a colon"));
        }
        self.at += 1;
        Ok(Next::Value)
    }

    fn comma_or_end(&mut self, found: Option<u8>) -> Result<Next, String> {
        let is_object = self.open.last().is_some_and(|open| open.is_object);
        match (found, is_object) {
            (Some(b']'), false) | (Some(b'}'), true) => Ok(self.end()),
            (Some(b','), _) => {
                self.at += 1;
                Ok(if is_object { Next::Name } else { Next::Value })
            }
            (_, true) => Err(self.unexpected("a comma or }")),
            (_, false) => Err(self.unexpected("a comma or ]")),
        }
    }

    /// Adds a value to what is open; every node goes through here, in the order of the text.
    fn push(&mut self, node: Node) -> NodeId {
        // At most one node per byte of a text whose length fits 32 bits.
        let id = NodeId(self.document.nodes.len() as u32);
        self.document.nodes.push(node);
        if let Some(open) = self.open.last() {
            self.pending.push(Link {
                name: open.name,
                node: id,
            });
        }
        id
    }

    fn add(&mut self, node: Node) -> Result<Next, String> {
        self.push(node);
        Ok(Next::CommaOrEnd)
    }

    fn begin(&mut self, is_object: bool) -> Next {
        self.at += 1;
        let node = self.push(Node::Null);
        self.open.push(Open {
            node,
            is_object,
            first: self.pending.len(),
            name: Span::default(),
        });
        if is_object {
            Next::NameOrEnd
        } else {
            Next::ValueOrEnd
        }
    }

    fn end(&mut self) -> Next {
        self.at += 1;
        self.close();
        Next::CommaOrEnd
    }

    /// Ends the innermost array or object: its members move to their row.
    fn close(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let document = &mut self.document;
        let start = document.links.len() as u32;
        let sorted = if open.is_object {
            let (sorted, repeated) =
                keep_last_of_each(&document.text, &mut self.pending, open.first);
            document.repeated = document.repeated.or(repeated);
            sorted
        } else {
            None
        };
        document.links.extend(self.pending.drain(open.first..));
        let span = Span {
            start,
            end: document.links.len() as u32,
        };
        document.nodes[open.node.0 as usize] = if open.is_object {
            let sorted = sorted.map(|row| {
                let at = document.sorted.len() as u32;
                document.sorted.extend(row);
                at
            });
            Node::Object(span, sorted)
        } else {
            Node::Array(span)
        };
    }

    fn number(&mut self) -> Result<Span, String> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        let from = self.document.text.len();
        self.document.text.push_str(&self.text[start..self.at]);
        Ok(self.since(from))
    }

    fn digits(&mut self) -> Result<(), String> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            return Err(self.unexpected("a digit"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<Span, String> {
        let from = self.document.text.len();
        self.at += 1;
        loop {
            let start = self.at;
            while !matches!(self.peek(), None | Some(b'"' | b'\\' | 0..=0x1f)) {
                self.at += 1;
            }
            self.document.text.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.since(from));
                }
                Some(b'\\') => self.escape()?,
                None => return Err("unterminated string".to_owned()),
                Some(_) => return Err("control character in a string".to_owned()),
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let plain = match self.text.as_bytes().get(self.at + 1) {
            Some(b'u') => return self.unicode_escape(),
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            _ => return Err("unknown escape in a string".to_owned()),
        };
        self.at += 2;
        self.document.text.push(plain);
        Ok(())
    }

    /// One `\uXXXX`, or two that make a surrogate pair.
    fn unicode_escape(&mut self) -> Result<(), String> {
        let Some(unit) = self.code_unit() else {
            return Err("unknown escape in a string".to_owned());
        };
        self.at += 6;
        let mut code = unit;
        if (0xd800..0xdc00).contains(&unit)
            && let Some(low @ 0xdc00..0xe000) = self.code_unit()
        {
            self.at += 6;
            code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        }
        let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.document.text.push(character);
        Ok(())
    }

    /// The number of the `\uXXXX` at the current position.
    fn code_unit(&self) -> Option<u32> {
        let escape = self.text.as_bytes().get(self.at..self.at + 6)?;
        let digits = escape.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |code, &digit| {
            Some(code * 16 + char::from(digit).to_digit(16)?)
        })
    }

    fn since(&self, from: usize) -> Span {
        Span {
            start: from as u32,
            end: self.document.text.len() as u32,
        }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            None => format!("expected {wanted}, found the end"),
            Some(found) => format!("expected {wanted}, found “{}”", found.escape_debug()),
        }
    }
}

/// Of equal names among the members from `first` on, keeps the last one. For large objects it gives the
/// members' offsets sorted by name; and a name that there was more than once.
fn keep_last_of_each(
    text: &str,
    pending: &mut Vec<Link>,
    first: usize,
) -> (Option<Vec<u32>>, Option<Span>) {
    let name = |link: &Link| &text[link.name.start as usize..link.name.end as usize];
    let sort = |members: &[Link]| {
        let mut row: Vec<u32> = (0..members.len() as u32).collect();
        row.sort_by(|&a, &b| name(&members[a as usize]).cmp(name(&members[b as usize])));
        row
    };
    let members = &pending[first..];
    let shadowed: Vec<bool> = if members.len() <= MAX_LINEAR_SEARCH_MEMBERS {
        let later = |at: usize| members[at + 1..].iter();
        (0..members.len())
            .map(|at| later(at).any(|other| name(other) == name(&members[at])))
            .collect()
    } else {
        let row = sort(members);
        let mut shadowed = vec![false; members.len()];
        for pair in row.windows(2) {
            let [a, b] = [pair[0] as usize, pair[1] as usize];
            // The sort is stable, so of equal names the last one in the text comes last.
            shadowed[a] = name(&members[a]) == name(&members[b]);
        }
        if !shadowed.contains(&true) {
            return (Some(row), None);
        }
        shadowed
    };
    let repeated = shadowed.iter().position(|shadowed| *shadowed);
    let repeated = repeated.map(|at| members[at].name);
    if repeated.is_some() {
        let mut at = 0;
        let kept: Vec<Link> = pending
            .drain(first..)
            .filter(|_| {
                at += 1;
                !shadowed[at - 1]
            })
            .collect();
        pending.extend(kept);
    }
    let members = &pending[first..];
    let sorted = (members.len() > MAX_LINEAR_SEARCH_MEMBERS).then(|| sort(members));
    (sorted, repeated)
}
