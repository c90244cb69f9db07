//! Layered layout of a graph of steps, and the positions a template draws. Pure: no I/O, no clock.
