//! Who may see and do what. Pure: no I/O, no clock.
