//! How long something is, as people say it.

/// A text such as "25 days". Airtable shows it so; that shorter and longer times are rounded as the library
/// does it that makes its other date texts is assumed.
pub fn spoken(milliseconds: i64) -> String {
    let seconds = milliseconds.unsigned_abs() as f64 / 1_000.0;
    let (minutes, hours, days) = (seconds / 60.0, seconds / 3_600.0, seconds / 86_400.0);
    let (months, years) = (days * 4_800.0 / 146_097.0, days * 400.0 / 146_097.0);
    let some = |number: f64, unit: &str| format!("{} {unit}", number.round());
    match () {
        () if seconds.round() < 45.0 => "a few seconds".to_owned(),
        () if minutes.round() <= 1.0 => "a minute".to_owned(),
        () if minutes.round() < 45.0 => some(minutes, "minutes"),
        () if hours.round() <= 1.0 => "an hour".to_owned(),
        () if hours.round() < 22.0 => some(hours, "hours"),
        () if days.round() <= 1.0 => "a day".to_owned(),
        () if days.round() < 26.0 => some(days, "days"),
        () if months.round() <= 1.0 => "a month".to_owned(),
        () if months.round() < 11.0 => some(months, "months"),
        () if years.round() <= 1.0 => "a year".to_owned(),
        () => some(years, "years"),
    }
}
