//! From what is found to what is wrong and what to do about it.

use std::fmt;

use super::reach::Reached;
use super::survey::{Place, Survey, Webhook};
use super::words;

/// Something that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "- {}\n    {}", self.what, self.remedy)
    }
}

/// What is wrong, the nearest cause first; never empty.
pub(super) fn diagnose(survey: &Survey, said: Option<&str>) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut note = |problem: Problem| {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    };
    absent(survey).into_iter().for_each(&mut note);
    survey.webhooks.iter().flat_map(of_webhook).for_each(&mut note);
    unselected(survey).into_iter().for_each(&mut note);
    said.and_then(words::understood)
        .map(|(what, remedy)| problem(what, remedy))
        .into_iter()
        .for_each(&mut note);
    unreadable(survey).into_iter().for_each(&mut note);
    if problems.is_empty() {
        problems.push(elsewhere());
    }
    problems
}

fn problem(what: impl Into<String>, remedy: impl Into<String>) -> Problem {
    Problem { what: what.into(), remedy: remedy.into() }
}

fn absent(survey: &Survey) -> Option<Problem> {
    let nothing = survey.webhooks.is_empty() && survey.unreadable.is_empty();
    nothing.then(|| {
        problem(
            format!("no webhook configuration called {} sends pods anywhere", survey.names.join(" or ")),
            "install it (helm upgrade --install), or name the right one with --configurations",
        )
    })
}

fn of_webhook(webhook: &Webhook) -> Vec<Problem> {
    let name = &webhook.name;
    let bundle = (!webhook.has_bundle).then(|| {
        problem(
            format!("the caBundle of {name} is empty, so that API servers trust nobody"),
            "with --tls managed: kubectl logs of the webhook say why it cannot write it; with cert-manager: see that \
             cainjector runs and the annotation cert-manager.io/inject-ca-from is right; else put the CA there",
        )
    });
    // Without a bundle every certificate is refused: only whether someone is there is worth telling.
    let reached = of_call(webhook).filter(|_| webhook.has_bundle || !is_distrust(&webhook.reached));
    of_place(&webhook.place).into_iter().chain(bundle).chain(reached).collect()
}

fn is_distrust(reached: &Reached) -> bool {
    matches!(reached, Reached::Untrusted(_))
}

fn of_place(place: &Place) -> Option<Problem> {
    match place {
        Place::Service { name, ready: None } => Some(problem(
            format!("the Service {name} does not exist"),
            "install the chart again, or correct the service of the configuration",
        )),
        Place::Service { name, ready: Some(0) } => Some(problem(
            format!("the Service {name} has no ready endpoint"),
            "look at the webhook's pods: kubectl get pods, kubectl describe pod, and what /readyz on port 9090 says",
        )),
        Place::Service { .. } | Place::Url(_) | Place::UnknownService(_) => None,
    }
}

fn of_call(webhook: &Webhook) -> Option<Problem> {
    let place = match &webhook.place {
        Place::Url(url) => url.clone(),
        Place::Service { name, .. } | Place::UnknownService(name) => format!("the Service {name}"),
    };
    let from_here = |what: &str| format!("{place}: {what}, from here");
    Some(match &webhook.reached {
        // A name that leads nowhere here may well be known to API servers.
        Reached::Trusted | Reached::Nameless => return None,
        Reached::ConnectionRefused => problem(
            from_here("connection refused"),
            "compare the Service's targetPort with --listen, and see that the webhook runs",
        ),
        Reached::TimedOut => problem(
            from_here("no connection in time"),
            "look for a NetworkPolicy or a security group that keeps the port closed",
        ),
        Reached::Untrusted(reason) => problem(
            from_here(&format!("the certificate is not trusted ({reason})")),
            "compare the certificate's names with the Service, and its CA with the caBundle; /readyz says which",
        ),
        Reached::Failed(reason) => {
            problem(from_here(reason), "see that the webhook runs and its port is open")
        }
    })
}

fn unselected(survey: &Survey) -> Option<Problem> {
    let known = survey.webhooks.iter().filter_map(|webhook| webhook.selects);
    let none = !survey.webhooks.is_empty() && known.clone().count() > 0 && !known.into_iter().any(|yes| yes);
    none.then(|| {
        problem(
            format!("pods of the namespace {} do not go to the webhook", survey.namespace),
            "ask in another one with --in: system namespaces and the webhook's own are left out on purpose",
        )
    })
}

fn unreadable(survey: &Survey) -> Vec<Problem> {
    let remedy = "permit it, to learn more from the next check";
    survey.unreadable.iter().map(|what| problem(format!("cannot read {what}"), remedy)).collect()
}

/// All that can be seen is as it should be.
fn elsewhere() -> Problem {
    problem(
        "the webhook can be reached and is trusted from here, and the API server calls it in vain or not at all",
        "open the webhook's port from the control plane to the nodes; on a CNI whose addresses the control plane cannot \
         reach, use hostNetwork; look for failed calls in the API server's log and its metric \
         apiserver_admission_webhook_fail_open_count",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn healthy() -> Webhook {
        Webhook {
            name: "validate.policyctl.dev".to_owned(),
            has_bundle: true,
            selects: Some(true),
            place: Place::Service { name: "policyctl/policyctl".to_owned(), ready: Some(2) },
            reached: Reached::Trusted,
        }
    }

    fn told(webhooks: Vec<Webhook>, said: Option<&str>) -> Vec<String> {
        let survey = Survey {
            names: vec!["policyctl".to_owned()],
            namespace: "default".to_owned(),
            webhooks,
            unreadable: Vec::new(),
        };
        diagnose(&survey, said).into_iter().map(|problem| problem.what).collect()
    }

    #[test]
    fn what_is_missing_is_named() {
        let service = |ready| Place::Service { name: "policyctl/policyctl".to_owned(), ready };
        let cases = [
            (Vec::new(), "no webhook configuration called policyctl"),
            (vec![Webhook { place: service(None), ..healthy() }], "does not exist"),
            (vec![Webhook { place: service(Some(0)), ..healthy() }], "has no ready endpoint"),
            (vec![Webhook { has_bundle: false, ..healthy() }], "caBundle of validate.policyctl.dev is empty"),
            (vec![Webhook { selects: Some(false), ..healthy() }], "pods of the namespace default do not go"),
            (vec![Webhook { reached: Reached::ConnectionRefused, ..healthy() }], "connection refused"),
            (vec![Webhook { reached: Reached::TimedOut, ..healthy() }], "no connection in time"),
            (vec![Webhook { reached: Reached::Untrusted("x".into()), ..healthy() }], "not trusted (x)"),
        ];
        for (webhooks, expected) in cases {
            let told = told(webhooks, None);
            assert!(told.len() == 1 && told[0].contains(expected), "{expected}: {told:?}");
        }
    }

    #[test]
    fn what_several_webhooks_share_is_told_once() {
        let refused = || Webhook { reached: Reached::ConnectionRefused, ..healthy() };
        assert_eq!(told(vec![refused(), refused()], None).len(), 1);
    }

    #[test]
    fn one_webhook_that_takes_the_namespace_is_enough() {
        let other = Webhook { selects: Some(false), ..healthy() };
        assert!(!told(vec![healthy(), other], None)[0].contains("do not go"));
    }

    #[test]
    fn the_api_servers_own_words_are_understood() {
        let words = |text: &str| {
            format!(r#"failed calling webhook "enforce.policyctl.dev": failed to call webhook: {text}"#)
        };
        let cases = [
            (
                r#"Post "https://policyctl.policyctl.svc:443/enforce?timeout=3s": context deadline exceeded"#,
                "no answer in time",
            ),
            (r#"Post "https://x": dial tcp 10.0.0.7:10250: connect: connection refused"#, "was refused"),
            (r#"no endpoints available for service "policyctl""#, "no ready endpoint"),
            (
                "tls: failed to verify certificate: x509: certificate signed by unknown authority",
                "does not trust",
            ),
        ];
        for (text, expected) in cases {
            let told = told(vec![healthy()], Some(&words(text)));
            assert!(told.iter().any(|what| what.contains(expected)), "{text}: {told:?}");
        }
    }

    #[test]
    fn a_silence_that_nothing_explains_points_to_the_control_plane() {
        assert!(told(vec![healthy()], None)[0].contains("from here"));
    }
}
