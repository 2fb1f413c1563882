//! Exceptions of the policy in force, as a metric: when each ends.

use policyctl_policies::policy::Exception;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Waiver {
    exception: String,
}

/// When exceptions end.
#[derive(Debug, Default)]
pub struct Exceptions(Family<Waiver, Gauge>);

impl Exceptions {
    /// Adds the metric to a server's own.
    pub fn register(&self, registry: &mut Registry) {
        let help = "When an exception of the policy in force ends";
        registry.register("exception_expiry_timestamp_seconds", help, self.0.clone());
    }

    /// These are in force, and no others. Each ends with its last day.
    pub fn are(&self, exceptions: &[Exception]) {
        self.0.clear();
        for exception in exceptions {
            let end = (exception.expires.unix_days() + 1) * 86_400;
            let waiver = Waiver { exception: exception.name.clone() };
            self.0.get_or_create(&waiver).set(i64::try_from(end).unwrap_or(i64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use policyctl_policies::policy::Policy;
    use prometheus_client::encoding::text::encode;

    use super::*;

    #[test]
    fn an_exception_is_told_for_as_long_as_the_policy_has_it() {
        let policy = b"apiVersion: policyctl.dev/v1alpha1\nkind: CredentialPolicy\nmetadata: {name: acme}\nspec:\n  exceptions:\n    - {name: legacy, rules: [static-access-key], match: {namespaces: [a]}, owner: a@acme.example, reason: SEC-1, expires: \"2026-11-25\"}\n";
        let policy = Policy::read("policy.yaml", policy).unwrap();
        let (exceptions, mut registry) = (Exceptions::default(), Registry::with_prefix("policyctl"));
        exceptions.register(&mut registry);
        let told = || {
            let mut text = String::new();
            encode(&mut text, &registry).unwrap();
            text
        };
        exceptions.are(&policy.exceptions);
        // Midnight after the last day.
        let line = r#"policyctl_exception_expiry_timestamp_seconds{exception="legacy"} 1795651200"#;
        assert!(told().contains(line), "{}", told());
        exceptions.are(&[]);
        assert!(!told().contains("legacy"));
    }
}
