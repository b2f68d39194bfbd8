//! One attempt to deliver an event.

use domain::identity::webhook::Delivery;
use eventstore::event::Recorded;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::columns;

/// Attempts that are kept of each webhook; older ones go.
pub const DELIVERIES_KEPT: i64 = 100;

#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRow {
    /// Of the event that tells of the attempt.
    pub position: i64,
    pub delivery_id: Uuid,
    pub event_id: Uuid,
    pub event_type: String,
    pub event_position: i64,
    pub attempt: i32,
    pub outcome: Outcome,
    pub status: Option<i32>,
    pub recorded_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    Delivered { duration_ms: i64 },
    Failed { reason: String, retry_at: Option<Timestamp> },
}

/// What [`DeliveryRow::from_row`] reads.
pub(super) const COLUMNS: &str = "position, delivery_id, event_id, event_type, event_position, attempt, delivered, \
     status, reason, duration_ms, retry_at, recorded_at";

impl DeliveryRow {
    pub(super) fn of(
        recorded: &Recorded,
        delivery: &Delivery,
        status: Option<u16>,
        outcome: Outcome,
    ) -> Self {
        Self {
            position: recorded.position,
            delivery_id: delivery.delivery_id,
            event_id: delivery.event_id,
            event_type: delivery.event_type.clone(),
            event_position: delivery.position,
            attempt: i32::try_from(delivery.attempt).unwrap_or(i32::MAX),
            outcome,
            status: status.map(i32::from),
            recorded_at: recorded.recorded_at,
        }
    }

    pub(super) fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            position: row.try_get("position")?,
            delivery_id: row.try_get("delivery_id")?,
            event_id: row.try_get("event_id")?,
            event_type: row.try_get("event_type")?,
            event_position: row.try_get("event_position")?,
            attempt: row.try_get("attempt")?,
            outcome: outcome(row)?,
            status: row.try_get("status")?,
            recorded_at: columns::timestamp(row, "recorded_at")?,
        })
    }
}

fn outcome(row: &PgRow) -> sqlx::Result<Outcome> {
    match row.try_get("delivered")? {
        true => {
            let duration_ms: Option<i64> = row.try_get("duration_ms")?;
            Ok(Outcome::Delivered { duration_ms: duration_ms.unwrap_or_default() })
        }
        false => {
            let reason: Option<String> = row.try_get("reason")?;
            let retry_at = columns::optional_timestamp(row, "retry_at")?;
            Ok(Outcome::Failed { reason: reason.unwrap_or_default(), retry_at })
        }
    }
}
