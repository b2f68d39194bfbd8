//! The files of one cell, changed one at a time: whoever brings one knows nothing of the others.

use crate::bases::cells::Attachment;
use crate::bases::ids::AttachmentId;

/// One that is there already stays as it is.
pub fn with(mut files: Vec<Attachment>, attachment: Attachment) -> Vec<Attachment> {
    if files.iter().all(|file| file.id != attachment.id) {
        files.push(attachment);
    }
    files
}

pub fn settle(files: &mut Vec<Attachment>, attachment: AttachmentId, known: Option<Attachment>) {
    let Some(at) = files.iter().position(|file| file.id == attachment) else { return };
    match known {
        Some(file) => files[at] = file,
        None => drop(files.remove(at)),
    }
}
