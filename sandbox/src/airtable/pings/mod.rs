//! Pings: a hook that has news tells its receiver, until it is heard. While one ping of a hook is on its way, more news of
//! it make one more ping, not many.

mod attempt;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::bases::errors::ApiError;
use tokio::task::JoinSet;

use super::app::App;
use super::webhooks::delivery::{Attempt, Ping};
use super::webhooks::{Fate, Faults, Viewer};
use super::world::{Rung, write};
use attempt::attempt;

/// Sends pings for as long as the server serves.
pub async fn send(app: Arc<App>) {
    let Some(mut rung) = app.rung() else { return };
    // Whether there was more news of a hook while its ping was on its way.
    let mut under_way: HashMap<Rung, bool> = HashMap::new();
    let mut pings = JoinSet::new();
    loop {
        tokio::select! {
            news = rung.recv() => {
                let Some(hook) = news else { return };
                if under_way.insert(hook, true).is_none() {
                    under_way.insert(hook, false);
                    pings.spawn(ping(Arc::clone(&app), hook));
                }
            }
            Some(Ok(hook)) = pings.join_next() => {
                if under_way.remove(&hook) == Some(true) {
                    under_way.insert(hook, false);
                    pings.spawn(ping(Arc::clone(&app), hook));
                }
            }
        }
    }
}

/// One ping with its retries.
async fn ping(app: Arc<App>, hook: Rung) -> Rung {
    let (delay, copies) = fate(&app);
    tokio::time::sleep(delay).await;
    for _ in 0..copies {
        if let Err(error) = deliver(&app, hook).await {
            tracing::debug!(%error, webhook = %hook.1, "a ping is not wanted any more");
        }
    }
    hook
}

fn fate(app: &App) -> (Duration, u8) {
    let pings = app.knobs().pings.clone();
    let faults = Faults {
        lost: pings.lose_chance,
        doubled: pings.double_chance,
        delayed: if pings.delay_ms > 0 { 1.0 } else { 0.0 },
        delay_max: Duration::from_millis(pings.delay_ms),
    };
    let fate = Fate::drawn(&faults, u128::from_be_bytes(app.draws.bytes()));
    (fate.delay, fate.copies)
}

/// Tries until the receiver has heard it, or nothing is to be tried any more.
async fn deliver(app: &App, hook: Rung) -> Result<(), ApiError> {
    let mut retry_number = 0;
    loop {
        let Some(ping) = wanted(app, hook)? else { return Ok(()) };
        let (anywhere, factor) = {
            let knobs = app.knobs();
            (knobs.pings.to_anywhere, knobs.pings.retry_scale)
        };
        let tried = attempt(app, &ping, anywhere, retry_number).await;
        match note(app, hook, &tried, factor)? {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Ok(()),
        }
        retry_number += 1;
    }
}

fn wanted(app: &App, (base, id): Rung) -> Result<Option<Ping>, ApiError> {
    let held = app.world.base(base.as_str())?;
    let at = app.now();
    let mut held = write(&held);
    Ok(held.hooks.find(Viewer::Person, id, at)?.ping(base, at))
}

fn note(app: &App, (base, id): Rung, tried: &Attempt, factor: f64) -> Result<Option<Duration>, ApiError> {
    let held = app.world.base(base.as_str())?;
    let mut held = write(&held);
    Ok(held.hooks.find(Viewer::Person, id, app.now())?.tried(tried, factor))
}
