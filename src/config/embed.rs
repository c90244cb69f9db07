//! `[embed]`: who may show the console inside their own page.

use std::fmt;

use crate::identity::Origin;

use super::reader::Reader;

/// `[embed]`: who may show the console in a frame.
#[derive(Debug, Clone, Default)]
pub struct Embed {
    /// Whose pages may; none unless set.
    pub frame_ancestors: Vec<FrameAncestor>,
}

/// Whose pages may show the console in a frame. Written as `frame-ancestors` of a
/// Content-Security-Policy takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FrameAncestor {
    /// Those of the console's own origin, `'self'`: a portal that mounts it below a path.
    Own,
    /// Those of another origin.
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
