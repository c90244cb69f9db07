//! Understands a pipeline definition: its parameters, its steps, its edges. Pure: no I/O, no clock.
