//! Finds the servers of this machine: the explicit variable, the project's `.tools`, PATH, then the places where
//! distributions put versions beside each other. The first one that is new enough wins.

use std::cmp::Reverse;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::Account;
use super::error::DevError;

const POSTGRES: &str = "PostgreSQL 15 or newer";
const NATS: &str = "nats-server 2.9 or newer";
const OLDEST_POSTGRES: Version = (15, 0);
const OLDEST_NATS: Version = (2, 9);
const TOOLS: &str = ".tools";

type Version = (u32, u32);

/// The folder that holds `postgres` and `initdb`.
pub fn postgres_programs(account: Option<&Account>) -> Result<PathBuf, DevError> {
    let acceptable = |folder: &Path| {
        folder.join("initdb").is_file() && is_new_enough(&folder.join("postgres"), OLDEST_POSTGRES)
    };
    if let Some(folder) = variable("PG_BIN") {
        return explicit("PG_BIN", folder, acceptable, POSTGRES);
    }
    let mut places = tools("postgresql/bin").chain(path_folders()).chain(versioned_postgres_folders());
    let folder = places.find(|folder| acceptable(folder)).ok_or_else(|| not_found(POSTGRES))?;
    check_runnable(&folder.join("postgres"), account)?;
    Ok(folder)
}

/// The program `nats-server`.
pub fn nats_server(account: Option<&Account>) -> Result<PathBuf, DevError> {
    let acceptable = |program: &Path| is_new_enough(program, OLDEST_NATS);
    if let Some(program) = variable("NATS_SERVER_BIN") {
        return explicit("NATS_SERVER_BIN", program, acceptable, NATS);
    }
    let on_path = path_folders().map(|folder| folder.join("nats-server"));
    let homebrew = homebrew_prefixes().map(|prefix| prefix.join("bin/nats-server"));
    let mut places = tools("nats-server").chain(on_path).chain(homebrew);
    let program = places.find(|program| acceptable(program)).ok_or_else(|| not_found(NATS))?;
    check_runnable(&program, account)?;
    Ok(program)
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn explicit(
    variable: &'static str,
    path: PathBuf,
    acceptable: impl Fn(&Path) -> bool,
    what: &'static str,
) -> Result<PathBuf, DevError> {
    if acceptable(&path) { Ok(path) } else { Err(DevError::NotAServer { variable, path, what }) }
}

fn not_found(what: &'static str) -> DevError {
    DevError::ServerNotFound {
        what,
        looked_at: format!("{TOOLS}, PATH and the usual folders of distributions and Homebrew"),
    }
}

fn check_runnable(program: &Path, account: Option<&Account>) -> Result<(), DevError> {
    match account {
        Some(account) if !account.can_run(program) => {
            Err(DevError::Unreachable { user: account.name.clone(), path: program.to_owned() })
        }
        _ => Ok(()),
    }
}

/// `.tools` of the project: of the folder we run in or the program lies in, or of one above.
fn tools(inside: &'static str) -> impl Iterator<Item = PathBuf> {
    let starts = [env::current_dir().ok(), env::current_exe().ok()];
    let folders: Vec<PathBuf> = starts
        .into_iter()
        .flatten()
        .flat_map(|start| start.ancestors().map(PathBuf::from).collect::<Vec<_>>())
        .collect();
    folders.into_iter().map(move |folder| folder.join(TOOLS).join(inside))
}

/// Debian keeps nats-server where an ordinary user's PATH does not look.
fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.into_iter().chain(["/usr/local/sbin", "/usr/sbin"].map(PathBuf::from))
}

/// Debian's `/usr/lib/postgresql/<version>/bin`, Red Hat's and Homebrew's counterparts; the highest version first.
fn versioned_postgres_folders() -> impl Iterator<Item = PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = numbered_folders(Path::new("/usr/lib/postgresql"), "");
    found.extend(numbered_folders(Path::new("/usr"), "pgsql-"));
    for prefix in homebrew_prefixes() {
        found.extend(numbered_folders(&prefix.join("opt"), "postgresql@"));
    }
    found.sort_by_key(|(version, _)| Reverse(*version));
    found.into_iter().map(|(_, folder)| folder.join("bin"))
}

fn numbered_folders(parent: &Path, prefix: &str) -> Vec<(u32, PathBuf)> {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let numbered = |entry: fs::DirEntry| {
        let number = entry.file_name().to_str()?.strip_prefix(prefix)?.parse().ok()?;
        Some((number, entry.path()))
    };
    entries.filter_map(numbered).collect()
}

fn homebrew_prefixes() -> impl Iterator<Item = PathBuf> {
    ["/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"].into_iter().map(PathBuf::from)
}

fn is_new_enough(program: &Path, oldest: Version) -> bool {
    program.is_file() && version_of(program).is_some_and(|version| version >= oldest)
}

fn version_of(program: &Path) -> Option<Version> {
    let output = Command::new(program).arg("--version").output().ok()?;
    parse_version(&String::from_utf8_lossy(&output.stdout))
}

/// The first word that starts with a number: `postgres (PostgreSQL) 15.18 (Debian …)`, `nats-server: v2.9.10`.
fn parse_version(text: &str) -> Option<Version> {
    let word = text
        .split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let mut numbers =
        word.split(|other: char| !other.is_ascii_digit()).map(|number| number.parse().unwrap_or(0));
    Some((numbers.next()?, numbers.next().unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_the_servers_print_them() {
        let versions = [
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
            ("postgres (PostgreSQL) 18beta1", (18, 0)),
            ("nats-server: v2.9.10", (2, 9)),
            ("nats-server: v2.15.1", (2, 15)),
        ];
        for (text, version) in versions {
            assert_eq!(parse_version(text), Some(version), "{text}");
        }
    }

    #[test]
    fn a_minor_version_compares_as_a_number() {
        assert!((2, 15) > OLDEST_NATS);
        assert!((2, 8) < OLDEST_NATS);
    }
}
