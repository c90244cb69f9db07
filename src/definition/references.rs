//! Finds every `{"Get": "…"}` in a value, with its path.

use sluicegate_shapes::{self as shapes, Shape, ShapeRef};

use super::document::{NodeId, Value};
use super::step::StepKind;

/// The innermost levels of nesting in a path; further levels are `…`. A text of 1 MiB can nest a hundred thousand
/// levels deep and contain twenty thousand references there.
const MAX_PATH_LEVELS: usize = 24;

/// The characters of one key in a path; longer keys are cut.
const MAX_PATH_KEY_CHARS: usize = 80;

/// The path from a root to a value: one frame for each level.
pub(super) struct Trail<'a> {
    frames: Vec<Frame<'a>>,
}

struct Frame<'a> {
    value: Value<'a>,
    /// Its key, or `None` for an item of a list.
    key: Option<&'a str>,
    /// Its position among its siblings.
    index: usize,
    next: usize,
}

/// The field that a reference feeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<'a> {
    /// Its path, such as `Arguments.ProcessingInputs[0].S3Input.S3Uri`.
    pub path: String,
    /// Its last key: `S3Uri` there.
    pub key: &'a str,
    /// Whether the reference is only one part of the field's text (inside `Std:Join`).
    pub joined: bool,
}

/// Calls `found` with the text of each `Get` in `root`, in the order of the text. Values in `skip` and everything
/// inside them are left out.
pub(super) fn each_reference<'a>(
    root: Value<'a>,
    skip: &[NodeId],
    mut found: impl FnMut(&'a str, &Trail<'a>),
) {
    let mut trail = Trail { frames: Vec::new() };
    trail.enter(root, None, 0, &mut found);
    while let Some(top) = trail.frames.last_mut() {
        let index = top.next;
        top.next += 1;
        match top.value.child(index) {
            Some((_, child)) if child.size() == 0 || skip.contains(&child.id()) => {}
            Some((key, child)) => trail.enter(child, key, index, &mut found),
            None => {
                trail.frames.pop();
            }
        }
    }
}

impl<'a> Trail<'a> {
    fn enter(
        &mut self,
        value: Value<'a>,
        key: Option<&'a str>,
        index: usize,
        found: &mut impl FnMut(&'a str, &Self),
    ) {
        self.frames.push(Frame {
            value,
            key,
            index,
            next: 0,
        });
        if let Some(what) = value.get("Get").and_then(Value::as_str) {
            found(what, self);
        }
    }

    /// The shape of the argument that the reference at the end of the trail is the whole value of, where the root is a
    /// step of this type; `None` where the model has no such argument.
    pub(super) fn shape(&self, kind: &StepKind) -> Option<ShapeRef> {
        let (arguments, inside) = self.frames.get(1..)?.split_first()?;
        if arguments.key != Some("Arguments")
            || inside.len() > MAX_PATH_LEVELS
            || self.field().joined
        {
            return None;
        }
        let is_join = |frame: &Frame<'_>| frame.key == Some("Std:Join");
        let end = inside.iter().position(is_join).unwrap_or(inside.len());
        shape(&inside[..end], kind)
    }

    /// The field that the reference at the end of the trail feeds. A `Std:Join` around it is part of the field's
    /// value, not of its path.
    pub(super) fn field(&self) -> Field<'a> {
        let beyond_root = self.frames.get(1..).unwrap_or_default();
        let left_out = beyond_root.len().saturating_sub(MAX_PATH_LEVELS);
        let shown = &beyond_root[left_out..];
        let is_join = |frame: &Frame<'_>| frame.key == Some("Std:Join");
        let joined = shown.iter().filter(|frame| is_join(frame)).any(|frame| {
            let parts = frame.value.get("Values").map_or(0, Value::size);
            parts != 1
        });
        let end = shown.iter().position(is_join).unwrap_or(shown.len());
        let shown = &shown[..end];
        Field {
            path: path(shown, left_out > 0),
            key: shown.iter().rev().find_map(|frame| frame.key).unwrap_or(""),
            joined,
        }
    }
}

/// The shape of the argument at a path inside `Arguments`, in the request of the operation that the step calls.
fn shape(frames: &[Frame<'_>], kind: &StepKind) -> Option<ShapeRef> {
    let (first, rest) = frames.split_first()?;
    let inputs = kind
        .operations()
        .iter()
        .filter_map(|name| shapes::operation(name));
    let mut members = inputs.filter_map(|operation| operation.input.member(first.key?));
    rest.iter()
        .try_fold(members.next()?, |outer, frame| match (&*outer, frame.key) {
            (Shape::Structure(_), Some(key)) => outer.member(key),
            (Shape::Map(_, _, value), Some(_)) => Some(*value),
            (Shape::List(_, item), None) => Some(*item),
            _ => None,
        })
}

fn path(frames: &[Frame<'_>], shortened: bool) -> String {
    let mut path = String::from(if shortened { "…" } else { "" });
    for frame in frames {
        match frame.key {
            Some(key) => push_key(&mut path, key),
            None => path.push_str(&format!("[{}]", frame.index)),
        }
    }
    path
}

/// Appends a key to a path, and a dot before it where it is not the first.
pub(super) fn push_key(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.extend(key.chars().take(MAX_PATH_KEY_CHARS));
    if key.chars().nth(MAX_PATH_KEY_CHARS).is_some() {
        path.push('…');
    }
}

/// The name in `Steps.<Name>.path` or `Steps.<Name>['key']`; `None` for a reference to something else.
pub(super) fn step_name(what: &str) -> Option<&str> {
    let rest = what.strip_prefix("Steps.")?;
    rest.split(['.', '[']).next()
}

/// The name in `Parameters.<Name>`; `None` for a reference to something else.
pub(super) fn parameter_name(what: &str) -> Option<&str> {
    what.strip_prefix("Parameters.")
}
