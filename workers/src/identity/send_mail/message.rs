//! What mails say.

use domain::identity::ports::Mail;

const WELCOME: &str = include_str!("welcome.txt");
/// Where the text names the person.
const NAME: &str = "{name}";
/// Whoever gave no name, or was erased meanwhile.
const NAMELESS: &str = "and welcome";

/// What a person is sent who has registered. `id` is of the work: the same work makes the same mail.
pub fn welcome(id: impl Into<String>, to: impl Into<String>, name: Option<&str>) -> Mail {
    let name = name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(NAMELESS);
    Mail {
        id: id.into(),
        to: to.into(),
        subject: "Welcome to Airtide".into(),
        text: WELCOME.replace(NAME, &one_line(name)),
    }
}

/// Names are checked when they are given; what would break out of its line is not worth a line of its own.
fn one_line(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_welcome_calls_people_by_their_name_if_they_gave_one() {
        let ana = welcome("w1", "ana@example.org", Some("Ana Ivanova"));
        assert_eq!((ana.id.as_str(), ana.to.as_str()), ("w1", "ana@example.org"));
        assert!(ana.text.starts_with("Hello Ana Ivanova,\n"), "{}", ana.text);
        for nameless in [None, Some(""), Some(" ")] {
            assert!(welcome("w1", "ana@example.org", nameless).text.starts_with("Hello and welcome,\n"));
        }
    }

    #[test]
    fn a_name_stays_in_its_line_and_is_no_place_for_another() {
        let text = welcome("w1", "ana@example.org", Some("Ana\n\nBuy {name} now")).text;
        assert!(text.starts_with("Hello Ana  Buy {name} now,\n"), "{text}");
    }

    #[test]
    fn the_same_work_makes_the_same_mail() {
        let mail = || welcome("w1", "ana@example.org", Some("Ana"));
        assert_eq!(mail(), mail());
        assert!(!mail().text.contains(NAME));
    }
}
