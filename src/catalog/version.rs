//! The version of what is served: polling tags are made from it.

use std::fmt::{Debug, Write};
use std::hash::{DefaultHasher, Hasher};

/// Changes whenever `data` changes, as far as its `Debug` form tells. Cheap: nothing is gathered.
pub(super) fn version_of(data: &impl Debug) -> String {
    struct Hashing(DefaultHasher);
    impl Write for Hashing {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut hashing = Hashing(DefaultHasher::new());
    // Writing into the hasher cannot fail.
    let _ = write!(hashing, "{data:?}");
    format!("{:016x}", hashing.0.finish())
}
