//! What commands lead to. Whoever drains may be two for a moment, so each command says what it was made for.

use jiff::Timestamp;

use super::{
    BaseSync, BaseSyncCommand, BaseSyncEvent, BaseSyncRefusal, Details, FIRST_CURSOR, Hook, LEFT_OUT_MAX,
    LeftOut, Standing, Sweep,
};
use crate::bases::ids::{RecordId, TableId, WebhookId};

type Decided = Result<Vec<BaseSyncEvent>, BaseSyncRefusal>;

impl BaseSync {
    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: BaseSyncCommand) -> Decided {
        use {BaseSyncCommand as Command, BaseSyncRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Begin { airtable_id, connection }) => {
                Ok(vec![BaseSyncEvent::Begun { airtable_id, connection }])
            }
            (None, _) => Err(Refusal::NotFollowed),
            (Some(known), Command::Begin { airtable_id, connection }) => {
                let same = known.airtable_id == airtable_id && known.connection == connection;
                if same { Ok(vec![]) } else { Err(Refusal::FollowsAnother) }
            }
            (Some(known), Command::End | Command::CarryOn { .. }) if known.standing == Standing::Ended => {
                Ok(vec![])
            }
            (Some(known), _) if known.standing == Standing::Ended => Err(Refusal::FollowingEnded),
            (Some(known), command) => known.decide(command),
        }
    }
}

impl Details {
    fn decide(&self, command: BaseSyncCommand) -> Decided {
        use {BaseSyncCommand as Command, BaseSyncEvent as Event};
        match command {
            Command::Begin { .. } => Ok(vec![]),
            Command::TakeHook { hook, secret, expires_at } => {
                let event = Event::HookMade { hook, secret, expires_at };
                Ok(unless(self.hook.as_ref().is_some_and(|known| known.id == hook), event))
            }
            Command::RefreshHook { hook, expires_at } => {
                let known = self.heard(hook)?;
                Ok(unless(known.expires_at == expires_at, Event::HookRefreshed { expires_at }))
            }
            Command::LoseHook { hook, code } => {
                let is_known = self.hook.as_ref().is_some_and(|known| known.id == hook);
                Ok(unless(!is_known, Event::HookLost { hook, code }))
            }
            Command::BeginSweep { at, tables } => Ok(vec![self.begin_sweep(at, tables)]),
            Command::TakePage { sweep, table, records, next } => {
                self.table_of(sweep, table)?;
                Ok(vec![Event::PageSwept { table, records, next }])
            }
            Command::RestartTable { sweep, table } => {
                self.table_of(sweep, table)?;
                Ok(vec![Event::TableRestarted { table }])
            }
            Command::EndSweep { sweep, at, cursor } => self.end_sweep(sweep, at, cursor),
            Command::Drain { hook, from, to, at } => self.drain(hook, from, to, at),
            Command::Judge { at, left_out, settled } => Ok(self.judge(at, left_out, &settled)),
            Command::NotePing { hook } => {
                self.heard(hook)?;
                Ok(unless(self.pinged || !self.is_running(), Event::Pinged {}))
            }
            Command::AskResync => Ok(unless(self.resync_asked, Event::ResyncAsked {})),
            Command::Pause => Ok(unless(self.standing == Standing::Paused, Event::Paused {})),
            Command::Resume => Ok(unless(
                self.is_running(),
                Event::Resumed { airtable_id: self.airtable_id, turn: self.turn + 1 },
            )),
            Command::NoteTrouble { code, at } => {
                let is_known = self.trouble.as_ref().is_some_and(|trouble| trouble.code == code);
                Ok(unless(is_known, Event::Troubled { code, at }))
            }
            Command::NoteRecovery => Ok(unless(self.trouble.is_none(), Event::Recovered {})),
            Command::Fail { code, at } => Ok(unless(!self.is_running(), Event::Failed { code, at })),
            // Who goes on after a pause begins a turn of their own.
            Command::CarryOn { turn } => {
                let event = Event::CarriedOn { airtable_id: self.airtable_id, turn: turn + 1 };
                Ok(unless(turn != self.turn || !self.is_running(), event))
            }
            Command::End => Ok(vec![Event::Ended {}]),
        }
    }

    fn heard(&self, hook: WebhookId) -> Result<&Hook, BaseSyncRefusal> {
        self.hook.as_ref().filter(|known| known.id == hook).ok_or(BaseSyncRefusal::AnotherHook)
    }

    fn numbered(&self, number: u64) -> Result<&Sweep, BaseSyncRefusal> {
        self.sweeping().filter(|sweep| sweep.number == number).ok_or(BaseSyncRefusal::AnotherSweep)
    }

    fn table_of(&self, sweep: u64, table: TableId) -> Result<(), BaseSyncRefusal> {
        let is_open = self.numbered(sweep)?.tables.get(&table).is_some_and(|swept| !swept.done);
        if is_open { Ok(()) } else { Err(BaseSyncRefusal::AnotherSweep) }
    }

    fn begin_sweep(&self, at: Timestamp, tables: Vec<TableId>) -> BaseSyncEvent {
        let number = self.sweep.as_ref().map_or(0, |sweep| sweep.number) + 1;
        BaseSyncEvent::SweepBegun { number, at, tables }
    }

    fn end_sweep(&self, sweep: u64, at: Timestamp, cursor: Option<u64>) -> Decided {
        let ended = self.sweep.as_ref().is_some_and(|known| known.number == sweep && known.ended);
        if ended {
            return Ok(vec![]);
        }
        let all_read = self.numbered(sweep)?.is_all_read();
        if all_read {
            Ok(vec![BaseSyncEvent::SweepEnded { at, cursor }])
        } else {
            Err(BaseSyncRefusal::SweepUnfinished)
        }
    }

    /// What is known of a record already is not told again.
    fn judge(&self, at: Timestamp, left_out: Vec<LeftOut>, settled: &[RecordId]) -> Vec<BaseSyncEvent> {
        let known = settled.iter().filter(|record| self.left_out.contains_key(record));
        let settled: Vec<_> = known.map(|record| BaseSyncEvent::RecordSettled { record: *record }).collect();
        let room = LEFT_OUT_MAX.saturating_sub(self.left_out.len());
        let is_known = |one: &LeftOut| {
            self.left_out.get(&one.record).is_some_and(|known| known.trouble.code == one.code)
        };
        let told = left_out.into_iter().filter(|one| !is_known(one)).take(room);
        let told = told.map(|LeftOut { table, record, code }| BaseSyncEvent::RecordLeftOut {
            table,
            record,
            code,
            at,
        });
        settled.into_iter().chain(told).collect()
    }

    /// What was heard before is passed over; what lies further on is not, because something would be missing.
    fn drain(&self, hook: WebhookId, from: u64, to: u64, at: Timestamp) -> Decided {
        let cursor = self.heard(hook)?.cursor;
        debug_assert!(cursor >= FIRST_CURSOR);
        if to < from || from != cursor && to > cursor {
            return Err(BaseSyncRefusal::AnotherCursor(cursor));
        }
        let event = BaseSyncEvent::Drained { cursor: to, payloads: to - from, at };
        Ok(unless(from != cursor || (to == from && !self.pinged), event))
    }
}

fn unless(done: bool, event: BaseSyncEvent) -> Vec<BaseSyncEvent> {
    if done { Vec::new() } else { vec![event] }
}
