//! The folder that is imported: what it says of itself before anything is read, and what was found in the end.

use std::path::Path;

use super::ImportFault;
use super::loader::Loaded;
use crate::catalog;
use crate::incarnation;
use crate::transfer::manifest::Manifest;
use crate::transfer::segment::{BadFile, FileMark};

/// More days of commands than any log keeps.
const COMMAND_DAYS_MAX: usize = 60;

/// Everything is there and fits together, as far as names and sizes tell.
pub fn check(folder: &Path, manifest: &Manifest) -> Result<(), ImportFault> {
    for (event_type, version) in &manifest.event_types {
        check_known(event_type, *version, manifest)?;
    }
    let parts = [&manifest.reservations, &manifest.counters, &manifest.commands];
    let parts = parts.into_iter().flatten().map(|part| &part.mark);
    for mark in manifest.segments.iter().map(|segment| &segment.mark).chain(parts) {
        check_file(folder, mark)?;
    }
    if manifest.command_days.len() > COMMAND_DAYS_MAX {
        return Err(ImportFault::Manifest("there are more days of commands than a log keeps"));
    }
    check_segments(manifest)
}

fn check_segments(manifest: &Manifest) -> Result<(), ImportFault> {
    let mut expected = 1;
    for segment in &manifest.segments {
        if segment.first_position != expected {
            let file = segment.mark.file.clone();
            return Err(ImportFault::Gap { file, found: segment.first_position, expected });
        }
        expected = segment.last_position + 1;
    }
    match expected - 1 == manifest.end.position {
        true => Ok(()),
        false => Err(ImportFault::Manifest("they end at another position")),
    }
}

/// An event that is imported must be one that can be read here.
pub fn check_known(event_type: &str, version: i16, manifest: &Manifest) -> Result<(), ImportFault> {
    let known = match catalog::find(event_type) {
        Some(known) => known.version(),
        None if event_type == incarnation::EVENT_TYPE => 1,
        None => 0,
    };
    match (1..=known).contains(&version) {
        true => Ok(()),
        false => Err(ImportFault::NewerCatalog {
            event_type: event_type.to_owned(),
            schema_version: version,
            version: manifest.version.clone(),
        }),
    }
}

fn check_file(folder: &Path, mark: &FileMark) -> Result<(), ImportFault> {
    let file = &mark.file;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.';
    if file.is_empty() || file.starts_with('.') || !file.bytes().all(is_plain) {
        return Err(ImportFault::Name(file.clone()));
    }
    match std::fs::metadata(folder.join(file)) {
        // Whether it is what was written, whoever reads it finds out, with the first place where it is not.
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(BadFile::Missing(file.clone()).into())
        }
        Err(source) => Err(BadFile::Unreadable { file: file.clone(), source }.into()),
    }
}

/// What was loaded is what the manifest says, to the last hash of the chain.
pub fn compare(loaded: &Loaded, manifest: &Manifest) -> Result<(), ImportFault> {
    let end = &manifest.end;
    let same = [
        (loaded.last == end.position, "they end at another position"),
        (loaded.chain_hash == end.chain_hash.0, "the chain comes to something else"),
        (loaded.incarnation == Some(end.incarnation), "they end in another incarnation"),
        (loaded.recorded_at == Some(end.recorded_at), "they end at another time"),
        (loaded.batches == manifest.batches, "there are more or fewer batches"),
        (loaded.streams == manifest.streams, "there are more or fewer streams"),
    ];
    match same.into_iter().find(|(is_same, _)| !is_same) {
        None => Ok(()),
        Some((_, difference)) => Err(ImportFault::Manifest(difference)),
    }
}
