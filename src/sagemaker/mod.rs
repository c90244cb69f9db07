//! The shared client layer: the only room that speaks to AWS.
