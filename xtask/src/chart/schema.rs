//! Values that the chart's schema must refuse, each for its own reason.

use anyhow::{Context, Result, ensure};

use super::template;
use super::tools::Helm;

/// What is set, and where the refusal must point.
const REFUSED: &[(&[&str], &str)] = &[
    (&["hostNetwork=true", "dnsPolicy=ClusterFirstWithHostNet"], "/webhook/port"),
    (&["hostNetwork=true", "webhook.port=10260"], "/dnsPolicy"),
    (&["replicas=3"], "'replicas' not allowed"),
    (&["webhook.timeoutSeconds=3"], "'timeoutSeconds' not allowed"),
    (&["settings.maxRequest=3"], "'maxRequest' not allowed"),
    (&["settings.listen=0.0.0.0:1"], "'listen' not allowed"),
    (&["settings.workloads=false"], "/settings/workloads"),
    (&["replicaCount=0"], "/replicaCount"),
    (&["mode=off"], "/mode"),
    (&["policy.spec.admission.mode=enforce"], "/policy/spec/admission"),
    (&["webhook.validate.failurePolicy=ignore"], "/webhook/validate/failurePolicy"),
    (&["webhook.validate.timeoutSeconds=31"], "/webhook/validate/timeoutSeconds"),
    (&["webhook.url=http://policyctl.example"], "/webhook/url"),
    (&["image.digest=latest"], "/image/digest"),
    (&["tls.mode=auto"], "/tls/mode"),
    (&["tls.mode=certManager"], "missing property 'name'"),
    (&["tls.mode=existingSecret", "tls.existingSecret.name=serving"], "/tls/existingSecret/caBundle"),
    (&["tls.mode=existingSecret", "tls.existingSecret.caBundle=Zm9v"], "/tls/existingSecret/name"),
    (&["serviceAccount.create=false"], "serviceAccount.name is required"),
];

/// Each is refused where it is wrong.
pub(super) fn refusals(helm: &Helm) -> Result<()> {
    for (settings, place) in REFUSED {
        let mut command = template(helm);
        for setting in *settings {
            command.args(["--set", setting]);
        }
        let output = command.output().context("cannot start helm")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(!output.status.success(), "{settings:?} was accepted");
        ensure!(said.contains(place), "{settings:?} was refused, but not at {place}: {said}");
    }
    eprintln!("{} wrong values are refused", REFUSED.len());
    Ok(())
}
