//! The wire: AWS JSON 1.1 over HTTP/1.1, and everything about it that is the same for every operation; the token
//! service's own, in which there are two; and the object store's.

pub mod dispatch;
pub mod errors;
pub mod http;
pub mod input;
pub mod json;
pub mod page;
pub mod patterns;
pub mod query;
pub mod requests;
pub mod s3;
pub mod shape;
