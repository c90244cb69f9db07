//! Who asks, and whether the request came from a page of our own.
//!
//! Pure: the checks look at a request's head and say what is wrong with it; the server answers.

mod form;
mod host;
mod network;
mod origin;
mod own;
mod refusal;
mod same_origin;

#[cfg(test)]
mod tests;

pub use form::check_form;
pub use host::check_host;
pub use network::Network;
pub use origin::Origin;
pub use own::OwnNames;
pub use refusal::Refusal;
pub use same_origin::check_same_origin;
