//! What a writer may do. Numbers choose among a few names, so that writers meet.

use std::ops::Range;

use domain::identity::Workspace;
use eventstore::execute::Plan;
use proptest::prelude::*;
use support::log::{archive, create, rename, stream_id, tenant, to_workspace};

const WORKSPACES: Range<u8> = 0..4;
const NAMES: Range<u8> = 0..3;
const KEYS: Range<u8> = 0..4;
pub const COUNTERS: Range<u8> = 0..2;
pub const CLAIMS: Range<u8> = 0..3;

/// The attempt and epoch under which every claim is open.
pub const OPEN: i64 = 1;

#[derive(Debug, Clone)]
pub enum Step {
    /// Creates a workspace of its own: nothing stands in its way, whatever happens to its neighbours.
    Undisturbed,
    Create {
        workspace: u8,
        name: u8,
    },
    Rename {
        workspace: u8,
        name: u8,
    },
    Archive {
        workspace: u8,
    },
    /// Expects a version: the present one, one behind it or one ahead of it.
    RenameAt {
        workspace: u8,
        name: u8,
        ahead: i64,
    },
    /// Two streams in one unit.
    RenameBoth {
        first: u8,
        second: u8,
        name: u8,
    },
    /// Writes beside a stream that must not have moved from a version.
    Guarded {
        workspace: u8,
        ahead: i64,
    },
    Take {
        key: u8,
    },
    Release {
        key: u8,
    },
    Count {
        counter: u8,
        amount: i64,
    },
    Fence {
        claim: u8,
        epoch: i64,
    },
    /// A key of the caller, used for one thing or another.
    Keyed {
        key: u8,
        content: u8,
    },
}

/// The steps of every writer.
pub fn writers(count: usize, steps: usize) -> impl Strategy<Value = Vec<Vec<Step>>> {
    prop::collection::vec(prop::collection::vec(step(), steps), count)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Undisturbed),
        2 => (WORKSPACES, NAMES).prop_map(|(workspace, name)| Step::Create { workspace, name }),
        3 => (WORKSPACES, NAMES).prop_map(|(workspace, name)| Step::Rename { workspace, name }),
        1 => (WORKSPACES, 0..8u8)
            .prop_filter_map("archived workspaces end the play, so few are", |(workspace, once)| {
                (once == 0).then_some(Step::Archive { workspace })
            }),
        3 => (WORKSPACES, NAMES, -1..=1i64)
            .prop_map(|(workspace, name, ahead)| Step::RenameAt { workspace, name, ahead }),
        2 => (WORKSPACES, 1..3u8, NAMES).prop_map(|(first, further, name)| {
            let second = (first + further) % WORKSPACES.end;
            Step::RenameBoth { first, second, name }
        }),
        3 => (WORKSPACES, -1..=1i64).prop_map(|(workspace, ahead)| Step::Guarded { workspace, ahead }),
        2 => KEYS.prop_map(|key| Step::Take { key }),
        2 => KEYS.prop_map(|key| Step::Release { key }),
        3 => (COUNTERS, -2..=3i64).prop_map(|(counter, amount)| Step::Count { counter, amount }),
        1 => (CLAIMS, 0..=2i64).prop_map(|(claim, epoch)| Step::Fence { claim, epoch }),
        2 => (KEYS, 0..2u8).prop_map(|(key, content)| Step::Keyed { key, content }),
    ]
}

impl Step {
    /// The stream whose version the step names, and how far from the present one.
    pub fn versioned(&self) -> Option<(String, i64)> {
        match self {
            Step::RenameAt { workspace, ahead, .. } | Step::Guarded { workspace, ahead } => {
                Some((shared(*workspace), *ahead))
            }
            _ => None,
        }
    }

    /// The plan of this step. `own` names what nobody else writes, `owner` holds reservations.
    pub fn plan(&self, own: &str, owner: &str, version: i64) -> Plan {
        let acme = tenant("acme");
        let beside = || to_workspace(own, create(own));
        match self {
            Step::Undisturbed | Step::Keyed { .. } => beside(),
            Step::Create { workspace, name } => to_workspace(&shared(*workspace), create(&name_of(*name))),
            Step::Rename { workspace, name } => to_workspace(&shared(*workspace), rename(&name_of(*name))),
            Step::Archive { workspace } => to_workspace(&shared(*workspace), archive()),
            Step::RenameAt { workspace, name, .. } => Plan::new().decide_at::<Workspace>(
                &acme,
                stream_id(&shared(*workspace)),
                version,
                rename(&name_of(*name)),
            ),
            Step::RenameBoth { first, second, name } => to_workspace(
                &shared(*first),
                rename(&name_of(*name)),
            )
            .decide::<Workspace>(&acme, stream_id(&shared(*second)), rename(&name_of(*name))),
            Step::Guarded { workspace, .. } => {
                beside().unmoved::<Workspace>(&acme, stream_id(&shared(*workspace)), version)
            }
            Step::Take { key } => beside().take("name", key_of(*key), owner),
            Step::Release { key } => beside().release("name", key_of(*key), owner),
            Step::Count { counter, amount } => beside().count(&acme, counter_of(*counter), *amount),
            Step::Fence { claim, epoch } => beside().fence(claim_of(*claim), OPEN as i32, *epoch),
        }
    }
}

fn shared(workspace: u8) -> String {
    format!("shared-{workspace}")
}

fn name_of(number: u8) -> String {
    format!("Name {number}")
}

pub fn key_of(number: u8) -> String {
    format!("key-{number}")
}

pub fn counter_of(number: u8) -> String {
    format!("counter-{number}")
}

pub fn claim_of(number: u8) -> String {
    format!("claim-{number}")
}
