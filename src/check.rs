//! Tries every call the console needs and says what is missing.
