//! Passwords that nobody has to remember.

use std::fs::File;
use std::io::{self, Read};

const BYTES: usize = 20;

pub fn draw() -> io::Result<String> {
    let mut bytes = [0; BYTES];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
