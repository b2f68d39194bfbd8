//! Log lines as people or programs read them.

use std::io::{self, IsTerminal};

use tracing_subscriber::{Layer, Registry, fmt};

use crate::config::LogFormat;

pub type Lines = Box<dyn Layer<Registry> + Send + Sync>;

pub fn layer(format: LogFormat) -> Lines {
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(colours());
    match format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    }
}

fn colours() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
