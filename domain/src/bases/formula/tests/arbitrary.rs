//! Formulas by chance.

use proptest::prelude::*;

use crate::bases::formula::format::format;
use crate::bases::formula::functions;
use crate::bases::formula::{Expression, FieldNames, Operator};

pub const FIELDS: [(&str, &str); 6] = [
    ("fldNumber00000000", "Number"),
    ("fldText0000000000", "Text"),
    ("fldDone0000000000", "Done or not"),
    ("fldDate0000000000", "we}ird"),
    ("fldList0000000000", "Größe"),
    ("fldNothing0000000", "Nothing"),
];

pub fn fields() -> FieldNames {
    FieldNames::new(FIELDS)
}

/// Any tree that a text can mean.
pub fn expression() -> impl Strategy<Value = Expression> {
    expression_over(FIELDS.map(|(id, _)| id).to_vec())
}

/// The text of any formula over these fields.
pub fn formula_over(ids: Vec<&'static str>) -> impl Strategy<Value = String> {
    expression_over(ids).prop_map(|expression| format(&expression, &str::to_owned))
}

fn expression_over(ids: Vec<&'static str>) -> impl Strategy<Value = Expression> {
    leaf(ids).prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            inner.clone().prop_map(|operand| Expression::Negate(Box::new(operand))),
            call(inner.clone()),
            chain(inner),
        ]
    })
}

fn leaf(ids: Vec<&'static str>) -> impl Strategy<Value = Expression> {
    prop_oneof![
        prop_oneof![0.0..1e6, Just(0.0), (0..40_u32).prop_map(f64::from), Just(1e300)]
            .prop_map(Expression::Number),
        text().prop_map(|text| Expression::Text(text.into())),
        prop::sample::select(ids).prop_map(|id| Expression::Field(id.into())),
    ]
}

/// Texts that mean something to one function or another, and any.
fn text() -> impl Strategy<Value = String> {
    const TELLING: [&str; 16] = [
        "",
        "days",
        "month",
        "2024-02-29",
        "2024-01-02T03:04:05.000Z",
        "YYYY-MM-DD HH:mm",
        "a.*b",
        "(",
        "5",
        "-1.5e3",
        "Europe/Berlin",
        "de",
        "Monday",
        "02/17/2013 7:31",
        "[at] LLLL",
        "$1",
    ];
    prop_oneof![prop::sample::select(TELLING.to_vec()).prop_map(str::to_owned), ".{0,12}", "\\PC{0,8}"]
}

fn call(inner: impl Strategy<Value = Expression> + Clone + 'static) -> impl Strategy<Value = Expression> {
    (prop::sample::select(functions::all().collect::<Vec<_>>()), prop::collection::vec(inner, 4..7)).prop_map(
        |(function, mut arguments)| {
            while !function.takes(arguments.len()) {
                arguments.pop();
            }
            Expression::Call { function, arguments }
        },
    )
}

fn chain(inner: impl Strategy<Value = Expression> + Clone + 'static) -> impl Strategy<Value = Expression> {
    let operators = prop::collection::vec(prop::sample::select(Operator::ALL.to_vec()), 1..4);
    (inner.clone(), operators, prop::collection::vec(inner, 3)).prop_map(|(first, operators, operands)| {
        let level = operators[0].level();
        let same_level = operators.into_iter().filter(|operator| operator.level() == level);
        Expression::Chain { first: Box::new(first), rest: same_level.zip(operands).collect() }
    })
}
