//! Starts children so that none outlives this process, however it ends.
//!
//! Linux sends the parent-death signal when the *thread* that spawned the child ends, not the process. Every
//! child is therefore spawned by one thread that lives as long as the process does.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{OnceLock, PoisonError};

use nix::sys::signal::Signal;

use super::account::Account;

struct Order {
    command: Command,
    reply: Sender<io::Result<Child>>,
}

/// Spawns `command` in its own process group, as `account` when given; `death_signal` reaches it when we die.
pub fn spawn(mut command: Command, account: Option<&Account>, death_signal: Signal) -> io::Result<Child> {
    command.process_group(0);
    if let Some(account) = account {
        account.run_as(&mut command);
    }
    die_with_parent(&mut command, death_signal);
    spawn_from_immortal_thread(command)
}

fn spawn_from_immortal_thread(command: Command) -> io::Result<Child> {
    let (reply, answer) = channel();
    orders()?.send(Order { command, reply }).map_err(|_| spawner_gone())?;
    answer.recv().map_err(|_| spawner_gone())?
}

fn orders() -> io::Result<Sender<Order>> {
    static ORDERS: OnceLock<Sender<Order>> = OnceLock::new();
    static STARTING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(orders) = ORDERS.get() {
        return Ok(orders.clone());
    }
    let (sender, receiver) = channel();
    std::thread::Builder::new().name("spawner".into()).spawn(move || spawn_for_ever(receiver))?;
    Ok(ORDERS.get_or_init(|| sender).clone())
}

fn spawn_for_ever(orders: Receiver<Order>) {
    for mut order in orders {
        let child = order.command.spawn();
        // Whoever asked may have gone; a child that nobody holds must not run on.
        if let Err(unclaimed) = order.reply.send(child)
            && let Ok(mut child) = unclaimed.0
        {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn spawner_gone() -> io::Error {
    io::Error::other("the thread that starts servers has ended")
}

#[cfg(target_os = "linux")]
fn die_with_parent(command: &mut Command, death_signal: Signal) {
    use nix::sys::prctl;
    let parent = nix::unistd::getpid();
    let arm = move || {
        // The kernel forgets the signal when credentials change; std has already changed them here.
        prctl::set_pdeathsig(death_signal)?;
        prctl::set_no_new_privs()?;
        if nix::unistd::getppid() != parent {
            return Err(io::Error::other("the parent died first"));
        }
        Ok(())
    };
    // SAFETY: the closure only makes system calls, which is what may be done between fork and exec.
    unsafe { command.pre_exec(arm) };
}

/// Other systems have no such signal: the next start stops what was left over.
#[cfg(not(target_os = "linux"))]
fn die_with_parent(_command: &mut Command, _death_signal: Signal) {}
