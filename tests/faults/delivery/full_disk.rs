//! The disk of Postgres is full for a while. Commands are refused or left open, none is lost, and all goes on when there is
//! room again; a Postgres that has ended over it is started again, as whoever runs it would.

use std::process::Command;
use std::time::{Duration, Instant};

use server::dev::Home;
use support::cluster::Cluster;
use support::random::Random;
use support::{skipped, wait};
use tempfile::TempDir;

use super::deployment::{Deployment, Way};
use super::judge::{Counts, judge};
use super::load::Load;
use super::settled::settled;

pub const NAME: &str = "the disk of Postgres full";
const DISK: &str = "size=320m";
const WORKED_FOR: Duration = Duration::from_secs(2);
const FULL_FOR: Duration = Duration::from_secs(10);

/// A disk of its own, in memory; gone with this.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// Nothing where this process may not mount.
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", DISK, "airtide-small-disk"]).arg(folder.path());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Self(folder));
        }
        skipped::suite("a full disk", "the right to mount a file system");
        None
    }

    /// Leaves no room at all, until what is returned is dropped.
    fn fill(&self) -> Filled<'_> {
        let path = self.0.path().join("filled");
        let ballast = Command::new("dd").arg("if=/dev/zero").arg(format!("of={}", path.display())).output();
        let said = String::from_utf8_lossy(&ballast.expect("dd runs").stderr).into_owned();
        assert!(said.contains("No space left"), "{said}");
        Filled(self)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Whatever still writes there is about to end.
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

struct Filled<'a>(&'a SmallDisk);

impl Drop for Filled<'_> {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(self.0.0.path().join("filled"));
    }
}

pub async fn round(disk: &SmallDisk, seed: u64) -> Counts {
    let random = Random::seeded(seed).branch(NAME);
    let home = disk.0.path().join(format!("home-{seed}"));
    let cluster = Cluster::start_in(Home::Kept(home.clone()));
    let mut deployment = Deployment::start_on(cluster, Way::Straight).await;
    let load = Load::start(&deployment, &random);
    wait::let_pass(WORKED_FOR).await;
    let filled = disk.fill();
    wait::let_pass(FULL_FOR).await;
    drop(filled);
    deployment.cluster.kill_and_start_again();
    wait::let_pass(WORKED_FOR).await;
    let journal = load.end();
    let ended = Instant::now();
    settled(&deployment).await;
    println!("{NAME}: settled after {:?}", ended.elapsed());
    let counts = judge(&deployment, &journal).await;
    assert!(journal.asked_again > 0, "nobody noticed that the disk was full");
    drop(deployment);
    std::fs::remove_dir_all(home).expect("the disk is emptied");
    counts
}
