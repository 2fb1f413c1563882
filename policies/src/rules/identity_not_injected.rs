//! The service account promises a role, and the pod that runs does not carry it.

use super::{Examined, Family, Rule, Subject, wording};
use crate::finding::{Finding, Level};
use crate::fix::Fix;
use crate::identity::{Held, Identity, Means};

/// Keeps a pod from EKS's own webhook.
///
/// Source: amazon-eks-pod-identity-webhook, `deploy/mutatingwebhook.yaml`.
const OPT_OUT: &str = "eks.amazonaws.com/skip-pod-identity-webhook";

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
            findings.extend(left_out.map(|held| self.about(subject, examined, held, identity)));
        }
    }
}

impl IdentityNotInjected {
    fn about(
        &self,
        subject: &Subject<'_>,
        examined: &Examined<'_>,
        held: &Held,
        identity: &Identity,
    ) -> Finding {
        let opt_out = subject.workload.labels.iter().find(|label| label.key == OPT_OUT);
        let remedy = match opt_out {
            Some(_) => format!("drop the label {OPT_OUT}"),
            None => "make it anew".to_owned(),
        };
        let message = format!(
            "{}: {} is promised by its service account, but was not injected when the pod was made; {remedy}",
            wording::container(examined.container),
            held.called(),
        );
        let fix = match opt_out {
            Some(_) => "delete the label from the workload, whose pods are then sent to EKS's webhook",
            None => "make the pod anew, once the service account and the webhook are ready",
        };
        let finding = Finding::new(self.name(), Level::Warn, examined.container.at, message)
            .strict(Level::Deny)
            .in_container(&examined.container.name)
            .fixed_by(Fix::manual(fix));
        let finding = match opt_out {
            Some(label) => finding.because(label.at, "pods with this label are not sent to EKS's webhook"),
            None => finding,
        };
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
