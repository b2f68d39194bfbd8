//! All functions there are.

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    pub name: &'static str,
    least: usize,
    /// Nothing: as many as one likes.
    most: Option<usize>,
}

impl Function {
    pub fn takes(&self, arguments: usize) -> bool {
        arguments >= self.least && self.most.is_none_or(|most| arguments <= most)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// By its name, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name))
}

pub static FUNCTIONS: &[Function] = &[
    Function { name: "AND", least: 1, most: None },
    Function { name: "OR", least: 1, most: None },
    Function { name: "XOR", least: 1, most: None },
    Function { name: "NOT", least: 1, most: Some(1) },
    Function { name: "IF", least: 2, most: Some(3) },
    Function { name: "SWITCH", least: 3, most: None },
    Function { name: "TRUE", least: 0, most: Some(0) },
    Function { name: "FALSE", least: 0, most: Some(0) },
    Function { name: "BLANK", least: 0, most: Some(0) },
    Function { name: "ERROR", least: 0, most: Some(0) },
    Function { name: "ISERROR", least: 1, most: Some(1) },
    Function { name: "CONCATENATE", least: 1, most: None },
    Function { name: "FIND", least: 2, most: Some(3) },
    Function { name: "SEARCH", least: 2, most: Some(3) },
    Function { name: "LEFT", least: 2, most: Some(2) },
    Function { name: "RIGHT", least: 2, most: Some(2) },
    Function { name: "MID", least: 3, most: Some(3) },
    Function { name: "LEN", least: 1, most: Some(1) },
    Function { name: "LOWER", least: 1, most: Some(1) },
    Function { name: "UPPER", least: 1, most: Some(1) },
    Function { name: "TRIM", least: 1, most: Some(1) },
    Function { name: "REPT", least: 2, most: Some(2) },
    Function { name: "REPLACE", least: 4, most: Some(4) },
    Function { name: "SUBSTITUTE", least: 3, most: Some(4) },
    Function { name: "T", least: 1, most: Some(1) },
    Function { name: "ENCODE_URL_COMPONENT", least: 1, most: Some(1) },
    Function { name: "VALUE", least: 1, most: Some(1) },
    Function { name: "REGEX_MATCH", least: 2, most: Some(2) },
    Function { name: "REGEX_EXTRACT", least: 2, most: Some(2) },
    Function { name: "REGEX_REPLACE", least: 3, most: Some(3) },
    Function { name: "ABS", least: 1, most: Some(1) },
    Function { name: "AVERAGE", least: 1, most: None },
    Function { name: "CEILING", least: 1, most: Some(2) },
    Function { name: "COUNT", least: 1, most: None },
    Function { name: "COUNTA", least: 1, most: None },
    Function { name: "COUNTALL", least: 1, most: None },
    Function { name: "EVEN", least: 1, most: Some(1) },
    Function { name: "EXP", least: 1, most: Some(1) },
    Function { name: "FLOOR", least: 1, most: Some(2) },
    Function { name: "INT", least: 1, most: Some(1) },
    Function { name: "LOG", least: 1, most: Some(2) },
    Function { name: "MAX", least: 1, most: None },
    Function { name: "MIN", least: 1, most: None },
    Function { name: "MOD", least: 2, most: Some(2) },
    Function { name: "ODD", least: 1, most: Some(1) },
    Function { name: "POWER", least: 2, most: Some(2) },
    Function { name: "ROUND", least: 1, most: Some(2) },
    Function { name: "ROUNDDOWN", least: 1, most: Some(2) },
    Function { name: "ROUNDUP", least: 1, most: Some(2) },
    Function { name: "SQRT", least: 1, most: Some(1) },
    Function { name: "SUM", least: 1, most: None },
    Function { name: "DATEADD", least: 3, most: Some(3) },
    Function { name: "DATESTR", least: 1, most: Some(1) },
    Function { name: "DATETIME_DIFF", least: 2, most: Some(3) },
    Function { name: "DATETIME_FORMAT", least: 1, most: Some(2) },
    Function { name: "DATETIME_PARSE", least: 1, most: Some(3) },
    Function { name: "DAY", least: 1, most: Some(1) },
    Function { name: "FROMNOW", least: 1, most: Some(1) },
    Function { name: "HOUR", least: 1, most: Some(1) },
    Function { name: "IS_AFTER", least: 2, most: Some(2) },
    Function { name: "IS_BEFORE", least: 2, most: Some(2) },
    Function { name: "IS_SAME", least: 2, most: Some(3) },
    Function { name: "MINUTE", least: 1, most: Some(1) },
    Function { name: "MONTH", least: 1, most: Some(1) },
    Function { name: "NOW", least: 0, most: Some(0) },
    Function { name: "SECOND", least: 1, most: Some(1) },
    Function { name: "SET_LOCALE", least: 2, most: Some(2) },
    Function { name: "SET_TIMEZONE", least: 2, most: Some(2) },
    Function { name: "TIMESTR", least: 1, most: Some(1) },
    Function { name: "TODAY", least: 0, most: Some(0) },
    Function { name: "TONOW", least: 1, most: Some(1) },
    Function { name: "WEEKDAY", least: 1, most: Some(2) },
    Function { name: "WEEKNUM", least: 1, most: Some(2) },
    Function { name: "WORKDAY", least: 2, most: Some(3) },
    Function { name: "WORKDAY_DIFF", least: 2, most: Some(3) },
    Function { name: "YEAR", least: 1, most: Some(1) },
    Function { name: "ARRAYCOMPACT", least: 1, most: Some(1) },
    Function { name: "ARRAYFLATTEN", least: 1, most: None },
    Function { name: "ARRAYJOIN", least: 1, most: Some(2) },
    Function { name: "ARRAYSLICE", least: 2, most: Some(3) },
    Function { name: "ARRAYUNIQUE", least: 1, most: Some(1) },
    Function { name: "RECORD_ID", least: 0, most: Some(0) },
    Function { name: "CREATED_TIME", least: 0, most: Some(0) },
    Function { name: "LAST_MODIFIED_TIME", least: 0, most: None },
];
