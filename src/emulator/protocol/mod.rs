//! AWS JSON 1.1 over HTTP/1.1: everything about the wire that is the same for every operation.

pub mod dispatch;
pub mod errors;
pub mod http;
pub mod input;
pub mod page;
pub mod patterns;
pub mod requests;
pub mod shape;
