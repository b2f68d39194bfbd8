//! Days and times as people see them.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Place;
use crate::bases::cells::write_moment;
use crate::bases::formula::Moment;
use crate::bases::schema::{FieldType, Format};

pub fn day(kind: &FieldType, day: Date, place: &Place) -> String {
    let format = match kind {
        FieldType::Date(options) => &options.date_format,
        FieldType::DateTime(options) => &options.date_format,
        _ => return day.to_string(),
    };
    Moment::day(day)
        .map_or_else(|_| day.to_string(), |moment| moment.written(pattern(format, place), &TimeZone::UTC))
}

/// Unsettled: what is seen where the field does not say how.
pub fn moment(kind: &FieldType, at: Timestamp, place: &Place) -> String {
    match kind {
        FieldType::DateTime(options) => {
            let zone = match options.time_zone.as_str() {
                "client" => place.zone.clone(),
                name => TimeZone::get(name).unwrap_or(TimeZone::UTC),
            };
            let time = if options.time_format.name == "24hour" { "HH:mm" } else { "h:mma" };
            let time = options.time_format.format.as_deref().unwrap_or(time);
            let moment = Moment::instant(at);
            format!(
                "{} {}",
                moment.written(pattern(&options.date_format, place), &zone),
                moment.written(time, &zone)
            )
        }
        FieldType::Date(options) => {
            Moment::instant(at).written(pattern(&options.date_format, place), &TimeZone::UTC)
        }
        _ => write_moment(at),
    }
}

fn pattern<'a>(format: &'a Format, place: &Place) -> &'a str {
    match (format.name.as_str(), format.format.as_deref()) {
        ("local", _) => local(&place.locale),
        (_, Some(pattern)) => pattern,
        ("friendly", None) => "LL",
        ("us", None) => "M/D/YYYY",
        ("european", None) => "D/M/YYYY",
        _ => "YYYY-MM-DD",
    }
}

/// How days are written where people speak so. Unsettled: Airtable knows many more; names of months stay English.
fn local(locale: &str) -> &'static str {
    let locale = locale.to_lowercase();
    match (locale.split(['-', '_']).next().unwrap_or_default(), locale.as_str()) {
        ("en", "en-gb" | "en_gb" | "en-au" | "en_au") => "DD/MM/YYYY",
        ("en", _) => "M/D/YYYY",
        ("de" | "ru" | "pl" | "tr" | "fi", _) => "D.M.YYYY",
        ("sv" | "lt", _) => "YYYY-MM-DD",
        ("ja" | "zh", _) => "YYYY/M/D",
        _ => "DD/MM/YYYY",
    }
}
