//! Most pods have nothing to do with AWS. They are let through without a tree being built.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use policyctl_policies::policy::{Bundle, Grant, Policy};
use policyctl_policies::sieve;

use super::{Admission, subject};
use crate::review::Request;

static ACCOUNT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#""serviceAccountName":""#));
static BULK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"envFrom"));

/// A pod about which no rule has anything to say and into which nothing is injected, as can be told from its
/// text, its service account and the policy. The full examination would come to the same.
pub(super) fn is_clean(admission: &Admission, request: &Request<'_>) -> bool {
    let Some(object) = request.object.filter(|_| subject::is_pod(request)) else { return false };
    let text = object.get();
    is_plain(&admission.policy.get())
        && account(text).is_some_and(|name| admission.cluster.promises_nothing(request.namespace(), name))
        && !(admission.cluster.reads_object_keys() && BULK.find(text.as_bytes()).is_some())
        && !sieve::may_concern(text)
}

/// The policy says nothing that could concern a pod which never mentions AWS.
fn is_plain(policy: &Policy) -> bool {
    let for_pods = |grant: &Grant| !matches!(grant, Grant::TaskRole(_));
    policy.bundle != Bundle::Strict
        && policy.needs.is_empty()
        && !policy.roles.iter().any(|role| for_pods(&role.grant))
}

/// The service account's name; `None` where the text alone does not settle it.
///
/// In JSON a quote within a string is escaped, so a quote that is not escaped begins or ends a string, and
/// this text is a member wherever it stands.
fn account(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let mut found =
        ACCOUNT.find_iter(bytes).filter(|at| at.checked_sub(1).is_none_or(|before| bytes[before] != b'\\'));
    let Some(first) = found.next() else { return Some("default") };
    let name = &text[first + ACCOUNT.needle().len()..];
    let name = &name[..name.find(['"', '\\'])?];
    found.next().is_none().then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_account_is_read_from_the_text_where_that_settles_it() {
        assert_eq!(account(r#"{"spec":{"serviceAccountName":"web"}}"#), Some("web"));
        assert_eq!(account(r#"{"spec":{}}"#), Some("default"));
        assert_eq!(
            account(r#"{"a":"{\"serviceAccountName\":\"x\"}","spec":{"serviceAccountName":"web"}}"#),
            Some("web")
        );
        assert_eq!(account(r#"{"x":{"serviceAccountName":"a"},"spec":{"serviceAccountName":"b"}}"#), None);
    }
}
