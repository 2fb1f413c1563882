//! What a text in a role's place is: an ARN, a bare name, not yet rendered, or nothing that can be a role.

use crate::document::find_mark;
use crate::role_arn::{NotARole, RoleArn, is_role_name};

/// A text in a role's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RoleText<'t> {
    /// A role's ARN.
    Arn(RoleArn<'t>),
    /// A name alone, which only ECS takes.
    Name(&'t str),
    /// A template has yet to say; the name is what follows the last slash, if that is plain.
    Unrendered(Option<&'t str>),
    /// It cannot be a role, for this reason.
    Impossible(NotARole),
}

impl<'t> RoleText<'t> {
    /// Reads a text.
    pub(crate) fn of(text: &'t str) -> Self {
        if is_to_be_filled(text) {
            return Self::Unrendered(
                text.rsplit_once('/').map(|(_, name)| name).filter(|name| is_role_name(name)),
            );
        }
        match RoleArn::parse(text) {
            Ok(arn) => Self::Arn(arn),
            Err(_) if is_role_name(text) => Self::Name(text),
            Err(why) => Self::Impossible(why),
        }
    }

    /// The role's name, when it can be told.
    pub(crate) fn name(&self) -> Option<&'t str> {
        match self {
            Self::Arn(arn) => Some(arn.name),
            Self::Name(name) => Some(name),
            Self::Unrendered(name) => *name,
            Self::Impossible(_) => None,
        }
    }
}

/// A template's mark of any kind, or an account that a person is to write.
///
/// Deploy scripts make up marks of their own (`@@ROLE@@`, `[[role]]`): characters that no ARN has tell them.
fn is_to_be_filled(text: &str) -> bool {
    find_mark(text).is_some()
        || text.bytes().any(is_mark)
        || (text.starts_with('@') && text.ends_with('@'))
        || awaits_account(text)
}

fn is_mark(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b'&' | b'('..=b'*' | b'<' | b'>' | b'?' | b'[' | b']' | b'^' | b'{'..=b'~'
    )
}

/// The ARN of a role whose account is still `ACCOUNT_ID` or `XXXXXXXXXXXX`.
fn awaits_account(text: &str) -> bool {
    let account = text.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(3)).unwrap_or_default();
    account.bytes().any(|byte| !byte.is_ascii_digit()) && text.contains(":role/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_filled_in_is_not_judged() {
        for text in [
            "${ROLE}",
            "$$$TASK_ROLE$$$",
            "@@ROLE@@",
            "#{TaskRole}#",
            "arn:aws:iam::YOUR_ACCOUNT_ID:role/checkout",
            "arn:aws:iam::<account>:role/checkout",
        ] {
            assert!(matches!(RoleText::of(text), RoleText::Unrendered(_)), "{text}");
        }
    }

    #[test]
    fn digits_that_are_no_account_are_a_mistake() {
        let why = RoleText::Impossible(NotARole::Account);
        assert_eq!(RoleText::of("arn:aws:iam::11112222333:role/checkout"), why);
        assert_eq!(RoleText::of("arn:aws:iam:::role/checkout"), why);
    }

    #[test]
    fn a_bare_name_is_a_name() {
        assert_eq!(RoleText::of("ecsTaskRole").name(), Some("ecsTaskRole"));
    }

    #[test]
    fn an_account_to_be_filled_in_makes_no_impossible_role() {
        for account in ["ACCOUNT_ID", "XXXXXXXXXXXX", "************", "#{Account}", "$ACCOUNT"] {
            let text = format!("arn:aws:iam::{account}:role/app");
            assert_eq!(RoleText::of(&text), RoleText::Unrendered(Some("app")), "{text}");
        }
        for text in ["arn:aws:iam::12345678901:role/app", "arn:aws:iam::aws:policy/ReadOnlyAccess"] {
            assert!(matches!(RoleText::of(text), RoleText::Impossible(_)), "{text}");
        }
    }
}
