//! Functions that reckon with dates.

use jiff::tz::TimeZone;

use super::super::assumed::DIFFERENCE_UNIT;
use super::super::dates::reckoning::{add, difference, same, today};
use super::super::dates::unit::Unit;
use super::super::dates::workdays;
use super::super::evaluate::{Answer, Evaluation};
use super::super::fault::Fault;
use super::super::moment::Moment;
use super::super::value::Value;
use super::{Arguments, Function};

pub static FUNCTIONS: [Function; 11] = [
    Function::plain("DATEADD", 3, 3, date_add),
    Function::plain("DATETIME_DIFF", 2, 3, date_difference),
    Function::plain("IS_AFTER", 2, 2, |evaluation, arguments| {
        order(evaluation, &arguments, |order| order.is_gt())
    }),
    Function::plain("IS_BEFORE", 2, 2, |evaluation, arguments| {
        order(evaluation, &arguments, |order| order.is_lt())
    }),
    Function::plain("IS_SAME", 2, 3, is_same),
    Function::plain("NOW", 0, 0, |evaluation, _| Ok(Moment::instant(evaluation.context.now).into())),
    Function::plain("SET_LOCALE", 2, 2, set_locale),
    Function::plain("SET_TIMEZONE", 2, 2, set_time_zone),
    Function::plain("TODAY", 0, 0, |evaluation, _| {
        Ok(today(evaluation.context.now, &evaluation.context.zone)?.into())
    }),
    Function::plain("WORKDAY", 2, 3, workday),
    Function::plain("WORKDAY_DIFF", 2, 3, workday_difference),
];

fn date_add<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let moment = arguments.moment(0, evaluation.context)?;
    let unit = Unit::read(&arguments.text(2))?;
    if !arguments.number(1).is_finite() {
        return Err(Fault::DateOutOfRange);
    }
    Ok(add(&moment, arguments.whole(1), unit, &evaluation.context.zone)?.into())
}

fn date_difference<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let context = evaluation.context;
    let (first, second) = (arguments.moment(0, context)?, arguments.moment(1, context)?);
    let unit = if arguments.given(2) { arguments.text(2) } else { DIFFERENCE_UNIT.into() };
    Ok(difference(&first, &second, Unit::read(&unit)?, &context.zone).into())
}

fn order<'a>(
    evaluation: &Evaluation<'a>,
    arguments: &Arguments<'a>,
    holds: fn(std::cmp::Ordering) -> bool,
) -> Answer<'a> {
    let (first, second) =
        (arguments.moment(0, evaluation.context)?, arguments.moment(1, evaluation.context)?);
    Ok(holds(first.milliseconds().cmp(&second.milliseconds())).into())
}

/// Exactly, where no unit is given.
fn is_same<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let context = evaluation.context;
    let (first, second) = (arguments.moment(0, context)?, arguments.moment(1, context)?);
    let unit = if arguments.given(2) { Unit::read(&arguments.text(2))? } else { Unit::Millisecond };
    Ok(same(&first, &second, unit, &context.zone).into())
}

/// Dates are written in English whatever the locale; it is taken, and changes nothing.
fn set_locale<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    Ok(arguments.moment(0, evaluation.context)?.into())
}

/// A day without time has a midnight from then on, which other zones see at another hour.
fn set_time_zone<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let moment = arguments.moment(0, evaluation.context)?;
    let zone = TimeZone::get(&arguments.text(1)).map_err(|_| Fault::UnknownTimeZone)?;
    Ok(moment.timed().seen_from(zone).into())
}

fn workday<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let zone = &evaluation.context.zone;
    let start = arguments.moment(0, evaluation.context)?.civil(zone).date();
    let holidays = workdays::holidays(&arguments.text(2), zone)?;
    if !arguments.number(1).is_finite() {
        return Err(Fault::DateOutOfRange);
    }
    Ok(Moment::day(workdays::later(start, arguments.whole(1), &holidays)?)?.into())
}

fn workday_difference<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (context, zone) = (evaluation.context, &evaluation.context.zone);
    let start = arguments.moment(0, context)?.civil(zone).date();
    let end = arguments.moment(1, context)?.civil(zone).date();
    let holidays = workdays::holidays(&arguments.text(2), zone)?;
    Ok(Value::Number(workdays::between(start, end, &holidays) as f64))
}
