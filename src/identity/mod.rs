//! Who asks, and whether the request came from a page of our own.
//!
//! The checks look at a request's head and say what is wrong with it; the server answers. Only the
//! keys of signed tokens come from elsewhere: from a file, or over the network.

mod alb;
mod clock;
mod form;
mod header;
mod hops;
mod host;
mod hygiene;
mod jwt;
mod keys;
mod network;
mod origin;
mod own;
mod preset;
mod refusal;
mod same_origin;
mod settings;
mod text;
mod token;
mod who;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod made;
#[cfg(test)]
mod tests;

pub use form::check_form;
pub use host::check_host;
pub use hygiene::{IdentityHeaders, check_hygiene};
pub use network::Network;
pub use origin::Origin;
pub use own::OwnNames;
pub use preset::{JwtDefaults, Preset, PresetDefaults};
pub use refusal::{Refusal, Unknown};
pub use same_origin::check_same_origin;
pub use settings::{
    AlbMode, Algorithm, HeaderMode, IdentitySettings, JwtMode, KeySource, Mode, check_keys_url,
};
pub use who::{Identity, Known};
