//! Sessions of the token service, and the session policies that limit them.
//!
//! Other credentials are not known and may do everything.

mod assume;
mod policy;
mod sessions;

pub use assume::{Assumed, assume};
pub use sessions::{Caller, Sessions, access_denied};
