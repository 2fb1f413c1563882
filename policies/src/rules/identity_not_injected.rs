//! The service account promises a role, and the pod that runs does not carry it.

use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Held, Identity, Means};

/// The rule.
pub(super) struct IdentityNotInjected;

impl Rule for IdentityNotInjected {
    fn name(&self) -> &'static str {
        "identity-not-injected"
    }

    fn family(&self) -> Family {
        Family::Identity
    }

    fn summary(&self) -> &'static str {
        "the service account promises a role, the final pod does not carry it"
    }

    fn page(&self) -> &'static str {
        include_str!("identity_not_injected.md")
    }

    fn check(&self, subject: &Subject<'_>, findings: &mut Vec<Finding>) {
        if !subject.workload.pod().is_some_and(|pod| pod.runs) {
            return;
        }
        for examined in &subject.containers {
            let identity = &examined.identity;
            let left_out = identity.held().filter(|held| !is_carried(examined, held));
            findings.extend(left_out.map(|held| self.about(examined, held, identity)));
        }
    }
}

impl IdentityNotInjected {
    fn about(&self, examined: &Examined<'_>, held: &Held, identity: &Identity) -> Finding {
        let message = format!(
            "{}: {} is promised by its service account, but was not injected when the pod was made; make it anew",
            wording::container(examined.container),
            held.called(),
        );
        let finding = Finding::new(self.name(), Level::Warn, examined.container.at, message)
            .strict(Level::Deny)
            .in_container(&examined.container.name)
            .fixed_by(Fix::manual("make the pod anew, once the service account and the webhook are ready"));
        wording::with_role(finding, identity)
    }
}

/// The variables through which the role is reached are there.
fn is_carried(examined: &Examined<'_>, held: &Held) -> bool {
    let variable = match held.means {
        Means::WebIdentity => "AWS_WEB_IDENTITY_TOKEN_FILE",
        Means::PodIdentity => "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        Means::TaskRole | Means::Endpoint => return true,
    };
    examined.container.filled(variable).is_some()
}
