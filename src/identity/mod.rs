//! Who sent a request, and whether it was sent by a page of this console.
//!
//! The checks look at a request's head and return what is wrong with it; the server responds. Only the keys
//! of signed tokens come from elsewhere: from a file, or over the network.

mod alb;
mod auth_reason;
mod authenticator;
mod client_address;
mod clock;
mod console_origins;
mod error;
mod form;
mod header;
mod host;
mod jwt;
mod keys;
mod network;
mod origin;
mod preset;
mod request_head;
mod same_origin;
mod settings;
mod text;
mod token;

#[cfg(test)]
mod tests;

pub use auth_reason::AuthReason;
pub use authenticator::{Authenticated, Authenticator};
pub use console_origins::ConsoleOrigins;
pub use error::{AuthError, RequestError};
pub use form::check_form;
pub use host::check_host;
pub use network::Network;
pub use origin::Origin;
pub use preset::{JwtDefaults, Preset, PresetDefaults};
pub use request_head::{IdentityHeaders, check_request_head};
pub use same_origin::check_same_origin;
pub use settings::{
    AlbMode, Algorithm, HeaderMode, IdentitySettings, JwtMode, KeySource, Mode, check_keys_url,
};
pub use text::TextError;
