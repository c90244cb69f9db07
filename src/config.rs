//! Settings: file, environment, flags; refuses what it does not know.
