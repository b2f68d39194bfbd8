//! Commands by the unit: as many as make the way to the log worthwhile, no more than it takes, and each record once.

use std::collections::BTreeSet;
use std::iter::Peekable;

use domain::bases::RecordKey;
use domain::bases::record::{EVENT_BYTES_MAX, RecordCommand};
use eventstore::limits::UNIT_BYTES_MAX;
use serde::Serialize;

const COMMANDS_MAX: usize = 500;
/// Sealed, and with what stands beside it, a command takes more than its values do.
const VALUE_BYTES_MAX: usize = (UNIT_BYTES_MAX - EVENT_BYTES_MAX) / 4;

pub type Asked = (RecordKey, RecordCommand);

pub struct Units<Commands: Iterator<Item = Asked>> {
    commands: Peekable<Commands>,
}

impl<Commands: Iterator<Item = Asked>> Units<Commands> {
    pub fn of(commands: Commands) -> Self {
        Self { commands: commands.peekable() }
    }
}

impl<Commands: Iterator<Item = Asked>> Iterator for Units<Commands> {
    type Item = Vec<Asked>;

    fn next(&mut self) -> Option<Vec<Asked>> {
        let (mut unit, mut named, mut bytes) = (Vec::new(), BTreeSet::new(), 0);
        while unit.len() < COMMANDS_MAX && bytes < VALUE_BYTES_MAX {
            let Some((record, command)) = self.commands.next_if(|(record, _)| !named.contains(record)) else {
                break;
            };
            bytes += size(&command);
            named.insert(record.clone());
            unit.push((record, command));
        }
        (!unit.is_empty()).then_some(unit)
    }
}

fn size(command: &RecordCommand) -> usize {
    match command {
        RecordCommand::Create { cells, links, .. } => written(cells) + written(links),
        RecordCommand::Change { cells, links, .. } => written(cells) + written(links),
        RecordCommand::Delete { .. }
        | RecordCommand::AddAlias { .. }
        | RecordCommand::AddFile { .. }
        | RecordCommand::SettleFiles { .. } => 0,
    }
}

fn written(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(EVENT_BYTES_MAX, |text| text.len())
}
