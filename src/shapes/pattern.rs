//! The patterns of the service model, executed. They are Java's; what Java and this crate's engine read differently is
//! written anew before a pattern is compiled.
//!
//! - The service matches the whole value.
//! - `.` does not match any of Java's line terminators, which are more than `\n`.
//! - `\d`, `\s` and `\w` are ASCII.
//! - `\uXXXX` is a UTF-16 unit: two of them may be one character.
//! - `\p{Alnum}` and its like are POSIX classes.
//! - Anchors may be repeated, which changes nothing.
//! - A pattern that is one class, so many times, is matched as the class any number of times, and the characters are
//!   counted: a thousand times a class of Unicode would take seconds to compile.
//!
//! `$` also stands before a last line terminator in Java. No pattern here goes on to match one after its `$`.

use fancy_regex::{Regex, RegexBuilder};
use std::iter::Peekable;
use std::ops::RangeInclusive;
use std::str::Chars;
use std::sync::OnceLock;

/// Everything but Java's line terminators.
const ANY_BUT_LINE_TERMINATORS: &str = r"[^\n\r\x{85}\x{2028}\x{2029}]";
/// Bytes that a compiled pattern may take: some count up to 2,048 characters.
const MAX_COMPILED_BYTES: usize = 64 * 1024 * 1024;
/// Characters that stand for something in a pattern, and for themselves after a backslash.
const META_CHARACTERS: &str = r"\.+*?()|[]{}^$#&-~";

/// A pattern of the model, compiled when a value is first matched against it.
#[derive(Debug)]
pub struct Pattern {
    text: &'static str,
    compiled: OnceLock<Compiled>,
}

#[derive(Debug)]
pub(super) struct Compiled {
    regex: Regex,
    /// How many characters a value must have, where the pattern is a class so many times.
    characters: Option<RangeInclusive<usize>>,
}

impl Compiled {
    fn matches(&self, value: &str) -> bool {
        let counted = self.characters.as_ref();
        counted.is_none_or(|characters| characters.contains(&value.chars().count()))
            && self.regex.is_match(value).unwrap_or(false)
    }
}

impl Pattern {
    /// A pattern as the model writes it.
    pub fn new(text: &'static str) -> Pattern {
        Pattern {
            text,
            compiled: OnceLock::new(),
        }
    }

    /// The pattern as the model writes it and the service prints it.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// Whether a whole value matches. A value that takes the engine too long does not.
    pub fn matches(&self, value: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| match compile(self.text) {
            Ok(compiled) => compiled,
            // A test compiles every pattern of the table.
            Err(error) => panic!("model.txt: {:?} cannot be compiled: {error}", self.text),
        });
        compiled.matches(value)
    }
}

/// Why a pattern cannot be executed.
#[derive(Debug, thiserror::Error)]
pub(super) enum PatternError {
    /// What it says is not translated.
    #[error("{0} is not translated")]
    Untranslated(String),
    /// The engine refuses it.
    #[error(transparent)]
    Refused(#[from] Box<fancy_regex::Error>),
}

pub(super) fn compile(java: &str) -> Result<Compiled, PatternError> {
    let (pattern, characters) = match repeated_class(java) {
        Some((class, characters)) => (format!("{}*", translate(class)?), Some(characters)),
        None => (translate(java)?, None),
    };
    let regex = RegexBuilder::new(&format!(r"\A(?:{pattern})\z"))
        .delegate_size_limit(MAX_COMPILED_BYTES)
        .build()
        .map_err(Box::new)?;
    Ok(Compiled { regex, characters })
}

/// The class and the numbers of a pattern like `[a-z]{1,255}` or `.{1,255}`.
fn repeated_class(java: &str) -> Option<(&str, RangeInclusive<usize>)> {
    let (class, times) = java.strip_suffix('}')?.rsplit_once('{')?;
    let (min, max) = times.split_once(',')?;
    let inside = class
        .strip_prefix('[')
        .and_then(|class| class.strip_suffix(']'));
    let is_class = class == "." || inside.is_some_and(|inside| !inside.contains(['[', ']']));
    is_class.then_some((class, min.parse().ok()?..=max.parse().ok()?))
}

/// A pattern of Java in the syntax of this crate's engine.
fn translate(java: &str) -> Result<String, PatternError> {
    let mut rest = java.chars().peekable();
    let mut pattern = String::with_capacity(java.len() + 16);
    // How many brackets are open: classes may stand in classes.
    let mut classes = 0_usize;
    while let Some(c) = rest.next() {
        match c {
            '\\' => escape(&mut rest, classes > 0, &mut pattern)?,
            '.' if classes == 0 => pattern.push_str(ANY_BUT_LINE_TERMINATORS),
            '^' | '$' if classes == 0 => {
                pattern.push(c);
                skip_repetition(&mut rest);
            }
            // The engine subtracts and intersects classes with these; Java does not.
            '-' | '~' if classes > 0 && rest.peek() == Some(&c) => {
                return Err(PatternError::Untranslated(format!("{c}{c} in a class")));
            }
            _ => {
                match c {
                    '[' => classes += 1,
                    ']' => classes = classes.saturating_sub(1),
                    _ => {}
                }
                pattern.push(c);
            }
        }
    }
    Ok(pattern)
}

/// `{1,128}` after an anchor: once is as good.
fn skip_repetition(rest: &mut Peekable<Chars>) {
    let mut ahead = rest.clone();
    if ahead.next() == Some('{') && ahead.next().is_some_and(|c| matches!(c, '1'..='9')) {
        rest.find(|c| *c == '}');
    }
}

/// What follows a backslash.
fn escape(
    rest: &mut Peekable<Chars>,
    in_class: bool,
    pattern: &mut String,
) -> Result<(), PatternError> {
    let c = rest.next().unwrap_or('\\');
    let class = match c {
        'd' => "[:digit:]",
        'D' => "[:^digit:]",
        's' => "[:space:]",
        'S' => "[:^space:]",
        'w' => "[:word:]",
        'W' => "[:^word:]",
        'p' => return property(rest, in_class, pattern),
        'u' => {
            let code = character(rest)?;
            pattern.push_str(&format!(r"\x{{{code:x}}}"));
            return Ok(());
        }
        't' | 'n' | 'r' => {
            pattern.extend(['\\', c]);
            return Ok(());
        }
        c if c.is_ascii_alphanumeric() => {
            return Err(PatternError::Untranslated(format!(r"\{c}")));
        }
        c => {
            if META_CHARACTERS.contains(c) {
                pattern.push('\\');
            }
            pattern.push(c);
            return Ok(());
        }
    };
    push_class(class, in_class, pattern);
    Ok(())
}

/// `\p{…}`: a general category of Unicode, or a POSIX class.
fn property(
    rest: &mut Peekable<Chars>,
    in_class: bool,
    pattern: &mut String,
) -> Result<(), PatternError> {
    let name: String = rest.by_ref().take_while(|c| *c != '}').skip(1).collect();
    match name.as_str() {
        "L" | "M" | "N" | "P" | "S" | "Z" => pattern.push_str(&format!(r"\p{{{name}}}")),
        "Alnum" => push_class("[:alnum:]", in_class, pattern),
        _ => return Err(PatternError::Untranslated(format!(r"\p{{{name}}}"))),
    }
    Ok(())
}

/// A POSIX class stands in brackets of its own where it is not in a class already.
fn push_class(class: &str, in_class: bool, pattern: &mut String) {
    match in_class {
        true => pattern.push_str(class),
        false => pattern.push_str(&format!("[{class}]")),
    }
}

/// The character of `\uXXXX`, or of `\uD8XX\uDCXX`.
fn character(rest: &mut Peekable<Chars>) -> Result<u32, PatternError> {
    let unit = |rest: &mut Peekable<Chars>| {
        let digits: String = rest.by_ref().take(4).collect();
        u16::from_str_radix(&digits, 16)
            .map_err(|_| PatternError::Untranslated(format!(r"\u{digits}")))
    };
    let first = unit(rest)?;
    let mut units = vec![first];
    if (0xd800..0xdc00).contains(&first) && rest.next() == Some('\\') && rest.next() == Some('u') {
        units.push(unit(rest)?);
    }
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => Ok(character.into()),
        _ => Err(PatternError::Untranslated(format!(
            "half a character, \\u{first:x},"
        ))),
    }
}
