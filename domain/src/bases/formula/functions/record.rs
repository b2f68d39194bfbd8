//! Functions of the record.

use super::super::evaluate::{Answer, Evaluation};
use super::super::fault::Fault;
use super::super::moment::Moment;
use super::super::tree::Expression;
use super::super::value::Value;
use super::{Function, MANY};

pub static FUNCTIONS: [Function; 3] = [
    Function::plain("CREATED_TIME", 0, 0, |evaluation, _| {
        Ok(Moment::instant(evaluation.row.created_time()).into())
    }),
    Function::lazy("LAST_MODIFIED_TIME", 0, MANY, last_modified_time),
    Function::plain("RECORD_ID", 0, 0, |evaluation, _| Ok(Value::text(evaluation.row.record_id()))),
];

/// Its arguments are the fields themselves, not their values.
fn last_modified_time<'a>(evaluation: &Evaluation<'a>, arguments: &'a [Expression]) -> Answer<'a> {
    let fields = arguments.iter().map(|argument| match argument {
        Expression::Field(id) => Ok(&**id),
        _ => Err(Fault::NotAField),
    });
    let fields = fields.collect::<Result<Vec<_>, Fault>>()?;
    let time = evaluation.row.last_modified_time(&fields);
    Ok(time.map_or(Value::Blank, |time| Moment::instant(time).into()))
}
