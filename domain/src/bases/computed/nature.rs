//! What kind of value comes of a formula, as far as its text tells.

use super::recipe::VALUES;
use crate::bases::formula::{Expression, Formula, Operator};
use crate::bases::ids::FieldId;
use crate::bases::schema::{Base, FieldType, Outcome};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    Blank,
    Whole,
    Number,
    Day,
    Moment,
    Text,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nature {
    pub sort: Sort,
    /// Whether it may be a list that stays one.
    pub listed: bool,
}

pub fn of_formula(base: &Base, formula: &Formula) -> Nature {
    let field = |id: &str| {
        let found = FieldId::parse(id).ok().and_then(|id| base.field(id));
        found.map_or(Nature::one(Sort::Blank), |(_, field)| of_field(&field.kind))
    };
    of(formula.expression(), &field)
}

pub fn of_rollup(base: &Base, formula: &Formula, linked: FieldId) -> Nature {
    let sort = base.field(linked).map_or(Sort::Blank, |(_, field)| of_field(&field.kind).sort);
    let field = |id: &str| Nature { sort: if id == VALUES { sort } else { Sort::Blank }, listed: true };
    of(formula.expression(), &field)
}

impl Nature {
    fn one(sort: Sort) -> Self {
        Self { sort, listed: false }
    }

    /// What it is when it may be either. Unsettled: texts beside anything else make a text.
    fn or(self, other: Self) -> Self {
        use Sort::{Blank, Day, Moment, Number, Text, Whole};
        let sort = match (self.sort, other.sort) {
            (Blank, sort) | (sort, Blank) => sort,
            (one, other) if one == other => one,
            (Whole | Number, Whole | Number) => Number,
            (Day | Moment, Day | Moment) => Moment,
            _ => Text,
        };
        Self { sort, listed: self.listed || other.listed }
    }
}

fn of_field(kind: &FieldType) -> Nature {
    use FieldType as F;
    let sort = match kind {
        F::Number(options) if options.precision == 0 => Sort::Whole,
        F::Rating(_) | F::Checkbox(_) | F::Count(_) | F::AutoNumber => Sort::Whole,
        F::Number(_) | F::Percent(_) | F::Currency(_) | F::Duration(_) => Sort::Number,
        F::Date(_) => Sort::Day,
        F::DateTime(_) => Sort::Moment,
        F::CreatedTime(options) | F::LastModifiedTime(options) => match options.result.as_deref() {
            Some(F::Date(_)) => Sort::Day,
            _ => Sort::Moment,
        },
        F::Formula(options) => return of_outcome(&options.result),
        F::Rollup(options) => return of_outcome(&options.result),
        F::MultipleLookupValues(options) => {
            return Nature { listed: true, ..of_outcome(&options.result) };
        }
        _ => Sort::Text,
    };
    Nature::one(sort)
}

fn of_outcome(outcome: &Outcome) -> Nature {
    outcome.as_deref().map_or(Nature::one(Sort::Blank), of_field)
}

fn of(expression: &Expression, field: &dyn Fn(&str) -> Nature) -> Nature {
    match expression {
        Expression::Number(number) if number.fract() == 0.0 => Nature::one(Sort::Whole),
        Expression::Number(_) => Nature::one(Sort::Number),
        Expression::Text(_) => Nature::one(Sort::Text),
        Expression::Field(id) => field(id),
        Expression::Negate(operand) => Nature::one(number(of(operand, field).sort)),
        Expression::Chain { first, rest } => {
            let terms = std::iter::once(&**first).chain(rest.iter().map(|(_, term)| term));
            Nature::one(of_chain(rest.iter().map(|(operator, _)| *operator), terms, field))
        }
        Expression::Call { function, arguments } => of_call(function.name, arguments, field),
    }
}

/// What is reckoned with is a number, whatever it was.
fn number(sort: Sort) -> Sort {
    if matches!(sort, Sort::Whole | Sort::Blank) { Sort::Whole } else { Sort::Number }
}

fn of_chain<'a>(
    mut operators: impl Iterator<Item = Operator>,
    mut terms: impl Iterator<Item = &'a Expression>,
    field: &dyn Fn(&str) -> Nature,
) -> Sort {
    use Operator as O;
    match operators.next() {
        Some(O::Join) => Sort::Text,
        Some(O::Multiply | O::Divide) if operators.any(|operator| operator == O::Divide) => Sort::Number,
        Some(O::Divide) => Sort::Number,
        Some(O::Multiply | O::Add | O::Subtract) => {
            let whole = terms.all(|term| number(of(term, field).sort) == Sort::Whole);
            if whole { Sort::Whole } else { Sort::Number }
        }
        _ => Sort::Whole,
    }
}

fn of_call(name: &str, arguments: &[Expression], field: &dyn Fn(&str) -> Nature) -> Nature {
    let all = |arguments: &mut dyn Iterator<Item = &Expression>| {
        arguments.map(|it| of(it, field)).fold(Nature::one(Sort::Blank), Nature::or)
    };
    let sort = match name {
        "IF" => return all(&mut arguments.iter().skip(1)),
        "SWITCH" => return all(&mut results(arguments)),
        "ARRAYCOMPACT" | "ARRAYFLATTEN" | "ARRAYSLICE" | "ARRAYUNIQUE" => {
            let element =
                all(&mut arguments.iter().take(if name == "ARRAYFLATTEN" { usize::MAX } else { 1 }));
            return Nature { listed: true, ..element };
        }
        "MAX" | "MIN" => match all(&mut arguments.iter()).sort {
            sort @ (Sort::Whole | Sort::Day | Sort::Moment) => sort,
            _ => Sort::Number,
        },
        "ABS" | "MOD" | "SUM" => number(all(&mut arguments.iter()).sort),
        "BLANK" | "ERROR" => Sort::Blank,
        _ => of_plain(name),
    };
    Nature::one(sort)
}

/// The third argument, the fifth and so on, and a last one that is left over.
fn results(arguments: &[Expression]) -> impl Iterator<Item = &Expression> {
    let cases = arguments.get(1..).unwrap_or_default().chunks(2);
    cases.filter_map(|case| case.last())
}

/// Functions whose arguments make no difference.
fn of_plain(name: &str) -> Sort {
    match name {
        "AND" | "COUNT" | "COUNTA" | "COUNTALL" | "DATETIME_DIFF" | "DAY" | "EVEN" | "FALSE" | "FIND"
        | "HOUR" | "INT" | "ISERROR" | "IS_AFTER" | "IS_BEFORE" | "IS_SAME" | "LEN" | "MINUTE" | "MONTH"
        | "NOT" | "ODD" | "OR" | "REGEX_MATCH" | "SEARCH" | "SECOND" | "TRUE" | "WEEKDAY" | "WEEKNUM"
        | "WORKDAY_DIFF" | "XOR" | "YEAR" => Sort::Whole,
        "AVERAGE" | "CEILING" | "EXP" | "FLOOR" | "LOG" | "POWER" | "ROUND" | "ROUNDDOWN" | "ROUNDUP"
        | "SQRT" | "VALUE" => Sort::Number,
        "CREATED_TIME" | "DATEADD" | "DATETIME_PARSE" | "LAST_MODIFIED_TIME" | "NOW" | "SET_LOCALE"
        | "SET_TIMEZONE" | "WORKDAY" => Sort::Moment,
        "TODAY" => Sort::Day,
        _ => Sort::Text,
    }
}
