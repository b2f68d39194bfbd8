//! What effects and the commands that follow from them are called: the same in every try.

use uuid::Uuid;

/// Fixed for ever: a repetition has to be known again.
const EFFECTS: Uuid = Uuid::from_u128(0x2d0c_7f0e_51a8_4b57_9f0e_6a1d_33b1_c6f2);

pub fn of_effect(worker: &str, event_id: Uuid, part: &str) -> Uuid {
    named(worker, event_id, part, "")
}

/// The command that ends the work.
pub fn of_follow_up(worker: &str, event_id: Uuid, part: &str) -> Uuid {
    named(worker, event_id, part, "0")
}

fn named(worker: &str, event_id: Uuid, part: &str, what: &str) -> Uuid {
    Uuid::new_v5(&EFFECTS, format!("{worker}\0{event_id}\0{part}\0{what}").as_bytes())
}
