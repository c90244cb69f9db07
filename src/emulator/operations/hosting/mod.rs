//! Models, endpoint configurations and endpoints: those that steps created, and those of requests. Nothing is served.
//!
//! A step's resource is worked out from its execution until a request changes it; from then on the request's record is
//! what is known. Of two resources of one name the newer counts.

mod configs;
mod endpoints;
mod list;
mod models;
mod resource;
mod variants;

pub use configs::{
    create as create_config, delete as delete_config, describe as describe_config,
    list as list_configs,
};
pub use endpoints::{
    create as create_endpoint, delete as delete_endpoint, describe as describe_endpoint,
    list as list_endpoints, update as update_endpoint,
};
pub use models::{
    create as create_model, delete as delete_model, describe as describe_model, list as list_models,
};
pub(super) use resource::FoundResource;
