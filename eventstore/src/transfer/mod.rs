//! The log as files: everything that happened, in segments whose hashes a manifest names, and back into an empty log
//! with the same positions and the same chain. What must not lie beside it travels in a second file, sealed.

mod bytes;
mod copy;
mod export;
mod folder;
mod import;
mod kept;
mod line;
mod manifest;
mod rows;
mod secrets;
mod segment;

pub use export::{ExportFailed, ExportOptions, Exported, SEGMENT_BYTES, ScribeFault, SecretsWritten, export};
pub use import::{ImportFailed, ImportFault, ImportOptions, Imported, import};
pub use kept::{KEPT_MAX, KeptExports, NoRoom};
pub use manifest::{BadManifest, MANIFEST_FILE, Manifest, SEAL_FILE};
pub use secrets::{PassphraseFault, Secrets, SecretsFault};

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_to_any_thread(_: impl Send) {}

    /// A server that exports or imports for somebody spawns it. Built, and never run.
    #[allow(dead_code)]
    fn both_may_be_spawned(out: ExportOptions, into: ImportOptions) {
        goes_to_any_thread(export(out, &mut |_| ()));
        goes_to_any_thread(import(into, &mut |_| ()));
    }
}
