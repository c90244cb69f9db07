//! The one integration-test binary: everything a user would notice, over HTTP.
