//! Reads the variables: `AIRTIDE__SECTION__KEY`, the plain aliases, and `…_FILE` of either for secrets.

use std::fs;

use super::layers::Layers;
use super::origin::Origin;
use super::settings::{self, ALIASES};

const PREFIX: &str = "AIRTIDE__";
const FILE_SUFFIX: &str = "_FILE";

pub fn read(variables: &[(String, String)], layers: &mut Layers) {
    refuse_doubles(variables, layers);
    read_aliases(variables, layers);
    for (name, value) in variables {
        if let Some(rest) = name.strip_prefix(PREFIX) {
            read_own(name, rest, value, layers);
        }
    }
}

/// Whether `name` is one of the plain variables, or the file variant of one.
pub fn is_alias(name: &str) -> bool {
    let plain = name.strip_suffix(FILE_SUFFIX).unwrap_or(name);
    ALIASES.iter().any(|(alias, _)| *alias == plain)
}

fn read_aliases(variables: &[(String, String)], layers: &mut Layers) {
    for (name, value) in variables.iter().filter(|(_, value)| !value.is_empty()) {
        for (alias, key) in ALIASES {
            if name == alias {
                layers.set(key, value.clone(), Origin::Variable(name.clone()));
            } else if name.strip_suffix(FILE_SUFFIX) == Some(alias) {
                read_secret_file(name, key, value, layers);
            }
        }
    }
}

fn read_own(name: &str, rest: &str, value: &str, layers: &mut Layers) {
    let key = rest.to_ascii_lowercase().replace("__", ".");
    let named_by_file =
        key.strip_suffix("_file").filter(|base| settings::find(base).is_some_and(|found| found.secret));
    match named_by_file {
        Some(base) => read_secret_file(name, base, value, layers),
        None => layers.set(&key, value.to_owned(), Origin::Variable(name.to_owned())),
    }
}

fn read_secret_file(name: &str, key: &str, path: &str, layers: &mut Layers) {
    match fs::read_to_string(path) {
        Ok(text) => layers.set(key, text.trim_end().to_owned(), Origin::FileOfVariable(name.to_owned())),
        Err(error) => layers.mistake(format!("{name}: {path} cannot be read: {error}")),
    }
}

fn refuse_doubles(variables: &[(String, String)], layers: &mut Layers) {
    let is_set = |name: &str| variables.iter().any(|(found, value)| found == name && !value.is_empty());
    for (name, _) in variables {
        let Some(plain) = name.strip_suffix(FILE_SUFFIX) else {
            continue;
        };
        let ours = plain.starts_with(PREFIX) || is_alias(plain);
        if ours && is_set(plain) && is_set(name) {
            layers.mistake(format!("{plain} and {name} are both set; one of them is enough"));
        }
    }
}
