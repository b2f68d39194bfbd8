//! Bounds: of what one command may write, and of what may wait.

mod queue;
mod size;
