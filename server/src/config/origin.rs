//! Where a value came from, for people who wonder why it is what it is.

use std::fmt;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Variable(String),
    /// A file that a `…_FILE` variable names.
    FileOfVariable(String),
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => formatter.write_str("default"),
            Origin::File(path) => write!(formatter, "file {}", path.display()),
            Origin::Variable(name) | Origin::FileOfVariable(name) => write!(formatter, "variable {name}"),
            Origin::Flag(name) => write!(formatter, "{name}"),
        }
    }
}
