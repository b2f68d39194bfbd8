//! The machine that was measured, as far as it tells.

use std::fs;

use crate::Outcome;
use crate::cluster::Cluster;

pub async fn describe(cluster: &Cluster) -> Outcome<String> {
    let postgres = cluster.version().await?;
    let settings = cluster.settings();
    Ok(format!(
        "Machine: {} × {}, {} of memory, {}; {postgres}; {settings}. The load and Postgres share the processors.",
        std::thread::available_parallelism()?,
        value_of("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.into()),
        value_of("/proc/meminfo", "MemTotal").unwrap_or_else(|| "an unknown amount".into()),
        fs::read_to_string("/proc/sys/kernel/osrelease")
            .map_or_else(|_| std::env::consts::OS.into(), |release| format!("Linux {}", release.trim())),
    ))
}

fn value_of(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}
