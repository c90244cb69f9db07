//! The version of what is served: polling tags are made from it.

use std::hash::{DefaultHasher, Hash, Hasher};

/// Changes whenever `data` changes, as far as its `Hash` distinguishes. Cheap: nothing is gathered.
pub(super) fn version_of(data: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    data.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
