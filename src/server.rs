//! Puts the parts together: middleware in order, listening, shutdown.
