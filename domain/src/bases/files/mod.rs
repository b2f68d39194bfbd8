//! What attachments mean: how stored bytes are named, what is known of a file, and how answers tell where it lies. Bytes themselves are
//! behind [`crate::bases::ports::Blobs`].

mod blob_hash;
mod image;
mod known;
mod served;
mod thumbnails;

pub use blob_hash::{BlobHash, NoHash};
pub use image::{Image, recognized};
pub use known::{HEAD_BYTES, UNKNOWN_TYPE, known, named};
pub use served::{Addresses, StoredFile, addressed, served};
pub use thumbnails::{Thumbnail, thumbnails};
