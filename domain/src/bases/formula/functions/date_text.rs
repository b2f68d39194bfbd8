//! Functions between dates and texts.

use super::super::assumed::TIME_OF_DAY;
use super::super::dates::parsing::parse;
use super::super::dates::spoken::spoken;
use super::super::dates::writing::write;
use super::super::evaluate::{Answer, Evaluation, bounded};
use super::super::fault::Fault;
use super::super::limits::FORMAT_BYTES_MAX;
use super::super::value::Value;
use super::{Arguments, Function};

pub static FUNCTIONS: [Function; 6] = [
    Function::plain("DATESTR", 1, 1, |evaluation, arguments| written(evaluation, &arguments, "YYYY-MM-DD")),
    Function::plain("DATETIME_FORMAT", 1, 2, format),
    Function::plain("DATETIME_PARSE", 1, 3, read),
    Function::plain("FROMNOW", 1, 1, distance),
    Function::plain("TIMESTR", 1, 1, |evaluation, arguments| written(evaluation, &arguments, TIME_OF_DAY)),
    Function::plain("TONOW", 1, 1, distance),
];

fn written<'a>(evaluation: &Evaluation<'a>, arguments: &Arguments<'a>, pattern: &str) -> Answer<'a> {
    if pattern.len() > FORMAT_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let moment = arguments.moment(0, evaluation.context)?;
    bounded(write(&moment, pattern, &evaluation.context.zone))
}

/// In ISO form, where no pattern is given.
fn format<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    const ISO: &str = "YYYY-MM-DDTHH:mm:ssZ";
    let pattern = arguments.text(1);
    written(evaluation, &arguments, if pattern.is_empty() { ISO } else { &pattern })
}

/// Names of months are read in English, whatever the locale that is given.
fn read<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (context, pattern) = (evaluation.context, arguments.text(1));
    if pattern.is_empty() || matches!(arguments.value(0).single(), Value::Moment(_)) {
        return Ok(arguments.moment(0, context)?.into());
    }
    if pattern.len() > FORMAT_BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let this_year = context.zone.to_datetime(context.now).year();
    let read = parse(&arguments.text(0), &pattern, &context.zone, this_year);
    Ok(read.ok_or(Fault::NotADate)?.into())
}

fn distance<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let moment = arguments.moment(0, evaluation.context)?;
    Ok(Value::text(spoken(moment.milliseconds() - evaluation.context.now.as_millisecond())))
}
