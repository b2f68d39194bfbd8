//! Ninety days pass for a server and its Postgres, the first sixteen of them six hours at a time: everything that ends does so
//! at its time, whatever is used in time goes on, and the keys that sign change without anybody's noticing.

mod guests;
mod sessions;
mod signing;

use std::collections::BTreeSet;

use support::api::{Person, TestApi};
use support::clock::Clock;
use support::cluster::Cluster;
use support::{mailbox, skipped};

use guests::{Invited, Program, Resetting};
use sessions::{Browser, Faithful, Idle, Robbed};
use signing::Signing;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;
/// Around the moment at which something ends: more than the whole test takes.
const MARGIN: i64 = 10;
const STEP: i64 = 6 * HOUR;
/// As often as another process takes the place of the one before: what a process looks after each minute of its own it also
/// looks after when it begins.
const PROCESS_EVERY: i64 = 2 * DAY;
/// After the steps, as seldom as a session can do with.
const LATER: [i64; 5] = [29 * DAY, 42 * DAY, 55 * DAY, 68 * DAY, 81 * DAY];
const CLOSELY: i64 = 16 * DAY;
const SIGNING_KEY_DAYS: (&str, &str) = ("AIRTIDE__IDENTITY__SIGNING_KEY_DAYS", "5");

/// Somebody or something to which time passes. What must be so at a minute follows from the minute alone.
trait Mortal {
    /// Minutes at which it wants to be looked at, besides every six hours.
    fn moments(&self) -> Vec<i64> {
        Vec::new()
    }

    fn at(&mut self, api: &TestApi, minute: i64);
}

#[tokio::test(flavor = "multi_thread")]
async fn for_ninety_days_everything_ends_at_its_time_and_nothing_before() {
    let Some(clock) = Clock::found() else {
        skipped::suite("ninety days on another clock", "libfaketime");
        return;
    };
    let cluster = Cluster::start_by(&clock);
    let variables = clock.variables();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let variables = [variables.as_slice(), &[mailbox::KEPT, SIGNING_KEY_DAYS]].concat();
    let mut api = TestApi::start_on(cluster.fresh("ninety_days").await, &variables);

    let mut mortals = mortals(&api, &api.person());
    let moments: BTreeSet<i64> = mortals.iter().flat_map(|mortal| mortal.moments()).collect();
    let steps = (0..=CLOSELY / STEP).map(|step| step * STEP).chain(LATER);
    for minute in steps.chain(moments).collect::<BTreeSet<i64>>() {
        clock.set_ahead(minute * 60);
        if minute > 0 && minute % PROCESS_EVERY == 0 && minute <= CLOSELY {
            api.start_again(&variables);
        }
        mortals.iter_mut().for_each(|mortal| mortal.at(&api, minute));
    }
}

fn mortals(api: &TestApi, ana: &Person) -> Vec<Box<dyn Mortal>> {
    vec![
        Box::new(Signing::begin(api)),
        Box::new(Faithful::sign_in(api, ana)),
        Box::new(Robbed::sign_in(api, ana)),
        Box::new(Idle::until(14 * DAY - MARGIN, 200, api, ana)),
        Box::new(Idle::until(14 * DAY + MARGIN, 401, api, ana)),
        Box::new(Browser::used(STEP, 7 * DAY, api, ana)),
        Box::new(Browser::used(8 * HOUR - MARGIN, 7 * DAY, api, ana)),
        Box::new(Browser::used(8 * HOUR + MARGIN, 0, api, ana)),
        Box::new(Program::with_key_for(10 * DAY, api, ana)),
        Box::new(Invited::accepting(7 * DAY - MARGIN, 200, api, ana)),
        Box::new(Invited::accepting(7 * DAY + MARGIN, 409, api, ana)),
        Box::new(Resetting::at(3 * DAY, HOUR - MARGIN, 204, api)),
        Box::new(Resetting::at(3 * DAY, HOUR + MARGIN, 409, api)),
    ]
}
