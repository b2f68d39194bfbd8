//! Functions that tell a part of a date.

use jiff::civil::DateTime;

use super::super::dates::week::{day_of_week, start_of_week, week_of_year};
use super::super::evaluate::{Answer, Evaluation};
use super::super::fault::Fault;
use super::{Arguments, Function};

pub static FUNCTIONS: [Function; 8] = [
    Function::plain("DAY", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.day().into())
    }),
    Function::plain("HOUR", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.hour().into())
    }),
    Function::plain("MINUTE", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.minute().into())
    }),
    Function::plain("MONTH", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.month().into())
    }),
    Function::plain("SECOND", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.second().into())
    }),
    Function::plain("WEEKDAY", 1, 2, weekday),
    Function::plain("WEEKNUM", 1, 2, week),
    Function::plain("YEAR", 1, 1, |evaluation, arguments| {
        part(evaluation, &arguments, |civil| civil.year().into())
    }),
];

fn part<'a>(evaluation: &Evaluation<'a>, arguments: &Arguments<'a>, take: fn(DateTime) -> f64) -> Answer<'a> {
    Ok(take(civil(evaluation, arguments)?).into())
}

fn weekday<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (civil, start) = (civil(evaluation, &arguments)?, start_of_week(&arguments.text(1))?);
    Ok(f64::from(day_of_week(civil.date(), start)).into())
}

fn week<'a>(evaluation: &Evaluation<'a>, arguments: Arguments<'a>) -> Answer<'a> {
    let (civil, start) = (civil(evaluation, &arguments)?, start_of_week(&arguments.text(1))?);
    Ok(f64::from(week_of_year(civil.date(), start)).into())
}

fn civil(evaluation: &Evaluation<'_>, arguments: &Arguments<'_>) -> Result<DateTime, Fault> {
    Ok(arguments.moment(0, evaluation.context)?.civil(&evaluation.context.zone))
}
