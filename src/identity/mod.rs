//! Who asks, and whether the request came from a page of our own.
