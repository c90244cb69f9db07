//! What an execution is and may become: the types the whole house shares. Pure: no I/O, no clock.
