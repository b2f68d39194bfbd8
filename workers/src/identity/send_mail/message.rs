//! What mails say.

use domain::identity::ports::Mail;

const WELCOME: &str = include_str!("welcome.txt");
const VERIFY_EMAIL: &str = include_str!("verify_email.txt");
const RESET_PASSWORD: &str = include_str!("reset_password.txt");
const CHANGE_EMAIL: &str = include_str!("change_email.txt");
const REVERT_EMAIL: &str = include_str!("revert_email.txt");
const INVITATION: &str = include_str!("invitation.txt");
const PASSWORD_CHANGED: &str = include_str!("password_changed.txt");
const SECOND_FACTOR_ADDED: &str = include_str!("second_factor_added.txt");
const SECOND_FACTOR_REMOVED: &str = include_str!("second_factor_removed.txt");
const RECOVERY_CODES_RENEWED: &str = include_str!("recovery_codes_renewed.txt");
const RECOVERY_CODE_USED: &str = include_str!("recovery_code_used.txt");
/// Where the text names the person.
const NAME: &str = "{name}";
/// Where it holds a link.
const LINK: &str = "{link}";
/// Whoever gave no name, or was erased meanwhile.
const NAMELESS: &str = "and welcome";

/// What there is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    Welcome,
    VerifyEmail {
        link: String,
    },
    ResetPassword {
        link: String,
    },
    ChangeEmail {
        link: String,
    },
    RevertEmail {
        link: String,
    },
    PasswordChanged,
    SecondFactorAdded,
    SecondFactorRemoved,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    /// Names neither the tenant nor who invites: strangers do not choose words of our mails.
    Invitation {
        link: String,
    },
}

/// Whom it is said to.
pub struct Reader<'a> {
    pub address: &'a str,
    pub name: Option<&'a str>,
}

impl Message {
    /// `id` is of the work: the same work makes the same mail.
    pub fn to(&self, id: impl Into<String>, reader: &Reader<'_>) -> Mail {
        let name = reader.name.map(str::trim).filter(|name| !name.is_empty()).unwrap_or(NAMELESS);
        // The link goes in first: what a person is called is no place for one.
        let text = self.text().replace(LINK, self.link().unwrap_or_default());
        Mail {
            id: id.into(),
            to: reader.address.into(),
            subject: self.subject().into(),
            text: text.replacen(NAME, &one_line(name), 1),
        }
    }

    fn text(&self) -> &'static str {
        match self {
            Message::Welcome => WELCOME,
            Message::VerifyEmail { .. } => VERIFY_EMAIL,
            Message::ResetPassword { .. } => RESET_PASSWORD,
            Message::ChangeEmail { .. } => CHANGE_EMAIL,
            Message::RevertEmail { .. } => REVERT_EMAIL,
            Message::PasswordChanged => PASSWORD_CHANGED,
            Message::SecondFactorAdded => SECOND_FACTOR_ADDED,
            Message::SecondFactorRemoved => SECOND_FACTOR_REMOVED,
            Message::RecoveryCodesRenewed => RECOVERY_CODES_RENEWED,
            Message::RecoveryCodeUsed => RECOVERY_CODE_USED,
            Message::Invitation { .. } => INVITATION,
        }
    }

    fn link(&self) -> Option<&str> {
        match self {
            Message::VerifyEmail { link }
            | Message::ResetPassword { link }
            | Message::ChangeEmail { link }
            | Message::RevertEmail { link }
            | Message::Invitation { link } => Some(link),
            Message::Welcome
            | Message::PasswordChanged
            | Message::SecondFactorAdded
            | Message::SecondFactorRemoved
            | Message::RecoveryCodesRenewed
            | Message::RecoveryCodeUsed => None,
        }
    }

    fn subject(&self) -> &'static str {
        match self {
            Message::Welcome => "Welcome to Airtide",
            Message::VerifyEmail { .. } => "Prove your address to Airtide",
            Message::ResetPassword { .. } => "Another password for Airtide",
            Message::ChangeEmail { .. } => "Your new address at Airtide",
            Message::RevertEmail { .. } => "Your address at Airtide was changed",
            Message::PasswordChanged => "Your password at Airtide was changed",
            Message::SecondFactorAdded => "Signing in to Airtide asks for a code now",
            Message::SecondFactorRemoved => "Signing in to Airtide asks for no code any more",
            Message::RecoveryCodesRenewed => "New recovery codes for Airtide",
            Message::RecoveryCodeUsed => "A recovery code for Airtide was used",
            Message::Invitation { .. } => "An invitation to Airtide",
        }
    }
}

/// Names are checked when they are given; what would break out of its line is not worth a line of its own.
fn one_line(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn welcome(name: Option<&str>) -> Mail {
        Message::Welcome.to("w1", &Reader { address: "ana@example.org", name })
    }

    #[test]
    fn a_welcome_calls_people_by_their_name_if_they_gave_one() {
        let ana = welcome(Some("Ana Ivanova"));
        assert_eq!((ana.id.as_str(), ana.to.as_str()), ("w1", "ana@example.org"));
        assert!(ana.text.starts_with("Hello Ana Ivanova,\n"), "{}", ana.text);
        for nameless in [None, Some(""), Some(" ")] {
            assert!(welcome(nameless).text.starts_with("Hello and welcome,\n"));
        }
    }

    #[test]
    fn a_name_stays_in_its_line_and_is_no_place_for_another() {
        let text = welcome(Some("Ana\n\nBuy {name} now")).text;
        assert!(text.starts_with("Hello Ana  Buy {name} now,\n"), "{text}");
        let message = Message::ResetPassword { link: "https://airtide.test#1".into() };
        let text = message.to("w1", &Reader { address: "ana@example.org", name: Some("{link}") }).text;
        assert_eq!(text.matches("https://airtide.test#1").count(), 1);
    }

    #[test]
    fn every_message_says_something_and_holds_what_it_should() {
        let link = || "https://airtide.test/#token".to_owned();
        for message in [
            Message::Welcome,
            Message::VerifyEmail { link: link() },
            Message::ResetPassword { link: link() },
            Message::ChangeEmail { link: link() },
            Message::RevertEmail { link: link() },
            Message::PasswordChanged,
            Message::SecondFactorAdded,
            Message::SecondFactorRemoved,
            Message::RecoveryCodesRenewed,
            Message::RecoveryCodeUsed,
            Message::Invitation { link: link() },
        ] {
            let mail = message.to("w1", &Reader { address: "ana@example.org", name: None });
            assert_eq!(mail.text.contains(&link()), message.link().is_some(), "{message:?}");
            assert!(!mail.text.contains('{'), "{}", mail.text);
            assert_eq!(mail, message.to("w1", &Reader { address: "ana@example.org", name: None }));
        }
    }
}
