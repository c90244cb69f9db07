//! `[embed]`: which pages may show the console in a frame.

use std::fmt;

use crate::identity::Origin;

use super::reader::Reader;

/// `[embed]`: which pages may show the console in a frame.
#[derive(Debug, Clone, Default)]
pub struct Embed {
    /// The origins of those pages; none by default.
    pub frame_ancestors: Vec<FrameAncestor>,
}

/// An origin whose pages may show the console in a frame. Displayed in the syntax of `frame-ancestors` of a
/// Content-Security-Policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameAncestor {
    /// The console's own, `'self'`: for a portal that mounts it below a path.
    Own,
    /// Another origin.
    Origin(Origin),
}

impl fmt::Display for FrameAncestor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own => f.write_str("'self'"),
            Self::Origin(origin) => origin.fmt(f),
        }
    }
}

pub(super) fn read_embed(reader: &mut Reader) -> Embed {
    Embed {
        frame_ancestors: reader.take("embed.frame_ancestors", Vec::new()),
    }
}
