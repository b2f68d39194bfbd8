//! Computed fields are made by the meta API with names, and kept with ids and what they promise.

mod creating;
mod natures;
