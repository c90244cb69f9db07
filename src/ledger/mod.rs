//! What people did: every action is written down before the call and settled after it.
